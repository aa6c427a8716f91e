import Configuration
import DoorControl
import Doors
import Events
import Keys
import Ledger
import Linux
import SignedKnocks

/// The Doorkeeper's dealings with the ledger: what is recorded, and what is thought of what was found there.
extension Doorkeeper {
    /// All that must survive, for a ledger that has to move.
    func ledgerContent() -> LedgerContent {
        LedgerContent(
            openings: doors.openings,
            replay: ReplayState(
                spent: signed.replay.spentKnocks, floors: signed.replay.floors, uses: signed.keyring.uses),
            keys: signed.inForce)
    }

    /// Records what doors have to be remembered of, and lets act what waits for that.
    func record() {
        for (number, record) in doors.takeRecords(now: moment()) {
            let isRecorded = self.record(entry(record))
            if isRecorded { noteUse(of: record) }
            perform(isRecorded ? doors.recorded(number, now: moment()) : doors.failed(number, now: moment()))
        }
        perform(doors.admitDeferred(in: &signed.replay, now: moment(), waiting: waitingStarts))
    }

    private func entry(_ record: DoorRecord) -> LedgerEntry {
        let wall = UnixSeconds(Clock.wallSeconds())
        return LedgerEntry(
            openings: record.openings.values.compactMap { $0 },
            closing: record.openings.filter { $0.value == nil }.map(\.key), spendings: record.spendings,
            // A later knock of the same turn may have raised one again.
            floors: record.raised.compactMap { id in signed.replay.ledgerFloor(of: id).map { (id, $0) } },
            uses: Dictionary(record.spendings.map { ($0.knock.generation, wall) }) { first, _ in first })
    }

    /// What retires once another is used may retire from now on.
    private func noteUse(of record: DoorRecord) {
        let wall = UnixSeconds(Clock.wallSeconds())
        let used = Set(record.spendings.map(\.knock.generation))
        if used.map({ signed.keyring.used($0, at: wall) }).contains(true) { setRetirementTimer() }
    }

    /// Notes all of it, or nothing.
    func record(_ entry: LedgerEntry) -> Bool {
        defer { drainLedger() }
        return Capabilities.use { ledger.record(entry, all: ledgerContent) } == .recorded
    }

    /// Notes from when on knocks count.
    func record(floors: [ReplayCache.Floor], gone: [GenerationID] = []) {
        if !floors.isEmpty || !gone.isEmpty { _ = record(LedgerEntry(floors: floors, gone: gone)) }
    }

    /// Tells what has become of the ledger, and takes up what was found in it that nobody knew of. To be called after
    /// everything that can make the ledger move: each record can.
    func drainLedger() {
        tellOfLedger()
        let found = ledger.takeFound()
        if !found.isEmpty { closeLeftovers(found) }
        restoreReplayState()
    }

    /// Looks after the file itself, and after what other daemons on this configuration have left open.
    func lookAtLedger() {
        Capabilities.use {
            // They change where the default route chooses them.
            ledger.listens(at: interfaces.wanted)
            ledger.lookAtFile(all: ledgerContent)
            if leaving == nil { ledger.takeOverOthers(all: ledgerContent) }
            // One that has ended leaves its interfaces to the routes.
            if interfaces.isImplicit, ledger.interfacesOfOthers() != interfaces.others {
                interfacesMayHaveChanged(Clock.sinceBoot())
            }
        }
        drainLedger()
        lookAtOneTimeFiles()
    }

    private func tellOfLedger() {
        for change in ledger.takeChanges() {
            switch change {
            case .movedToFallback(let file, let reason, let fallback):
                journal.tell(.ledgerFailed(file: file, reason: reason, fallback: fallback))
            case .movedBack(let file): journal.tell(.ledgerBack(file: file))
            case .lost(let reason): journal.tell(.ledgerLost(reason: reason))
            case .inMemory(let reason): journal.tell(.ledgerInMemory(reason: reason))
            case .damaged(let file, let movedTo): journal.tell(.ledgerDamaged(file: file, movedTo: movedTo))
            case .tookOver(let file, let count): journal.tell(.ledgerTakenOver(file: file, openings: count))
            case .notTakenOver(let file, let reason): journal.tell(.ledgerNotTakenOver(file: file, reason: reason))
            }
        }
    }

    // MARK: Replay state

    /// Takes back what the ledger has of signed knocks: at the start, and when a file turns up that could not be read
    /// before. Nothing is recorded.
    @discardableResult
    func restoreReplayState() -> RecordedReplayState? {
        guard let found = ledger.takeReplayState() else { return nil }
        for knock in found.state.spent { signed.replay.restore(knock) }
        for (generation, floor) in found.state.floors { signed.replay.restore(floor: floor, of: generation) }
        signed.keyring.restore(found.state.uses)
        return found
    }

    /// Decides, at the start, what is to be thought of the state that was found, and records the floors that follow. The
    /// openings must have been taken back before, since the ledger may have to move.
    func settleReplayState(_ found: RecordedReplayState?) {
        guard let found else { return }
        signed.ledgerID = found.ledgerID
        signed.isUseUnknown = found.wasMadeAnew || found.isDamaged
        if found.isOfAnotherBoot {
            replayStateIsLost(found.bootReason)
        } else if found.isDamaged {
            replayStateIsLost("the ledger was damaged")
        } else if found.ledgerID == nil {
            replayStateIsLost("no ledger can be written")
        }
        _ = ledger.settle(floors: signed.replay.floors, all: ledgerContent)
        drainLedger()
    }

    private func replayStateIsLost(_ reason: String) {
        let now = Clock.wallMilliseconds()
        record(floors: signed.replay.stateIsLost(now: now, monotonic: Clock.monotonic()))
        guard configuration.takesSignedKnocks else { return }
        let until = now + UInt64(configuration.options.timeWindow)
        journal.tell(.replayStateLost(reason: reason, from: Clock.localTime(Int(clamping: until / 1000 + 1))))
    }

    /// Compares the mark beside the keys with the ledger, once there is a directory for it; what has been lost is told.
    func compareMark() {
        guard !signed.isMarkRight, let id = signed.ledgerID else { return }
        let directory = configuration.options.keyDirectory
        switch LedgerMark.check(directory: directory, id: id) {
        case .matches:
            signed.isMarkRight = true
            return
        case .absent: break
        case .differs: replayStateIsLost("the mark beside the keys names another ledger")
        case .unreadable(let fault): return markFails(fault)
        }
        do {
            try LedgerMark.write(directory: directory, id: id)
            signed.isMarkRight = true
        } catch {
            markFails(error)
        }
    }

    private func markFails(_ fault: PrivacyFault) {
        let directory = configuration.options.keyDirectory
        // A directory that is not there has no keys either.
        guard Files.exists(directory), !signed.isMarkTold else { return }
        signed.isMarkTold = true
        let what = fault.message(of: directory + "/.ledger", isDirectory: false)
        replayStateIsLost("the mark beside the keys cannot be written: \(what)")
    }
}

extension RecordedReplayState {
    /// Why nobody knows what the last moments before this boot have brought to disk.
    fileprivate var bootReason: String {
        guard let formerBoot else { return "an earlier run ended before it had recorded anything" }
        return ThisProcess.isOfThisMachinesBoot(formerBoot)
            ? "the container has just started" : "the machine has just started"
    }
}
