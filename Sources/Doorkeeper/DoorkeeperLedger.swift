import Configuration
import DoorControl
import Doors
import Events
import Keys
import Ledger
import Linux
import SignedKnocks

/// The Doorkeeper's part for the ledger: it submits records, and handles what the ledger completes and finds.
extension Doorkeeper {
    /// The whole content, for a ledger that has to move.
    func ledgerContent() -> LedgerContent {
        LedgerContent(openings: doors.openings, replay: keys.replayState, keys: keys.inForce)
    }

    /// Submits the doors' records, performs what waited for durable ones, and admits the claims that were deferred.
    func record() {
        submitRecords()
        complete()
        perform(doors.admitDeferred(in: &keys, now: moment(), waiting: waitingStarts))
    }

    private func submitRecords() {
        for (number, record) in doors.takeRecords(now: moment()) {
            ledgerDuties.isSubmitted(record, number)
            ledger.submit(entry(record), number: number)
        }
    }

    /// Performs what waited for the records that the ledger has completed.
    private func complete() {
        guard ledger.isWaiting else { return }
        for completion in useLedger({ ledger.completions(all: ledgerContent) }) {
            // Nothing waits for a record that is not of doors.
            guard let record = ledgerDuties.isDecided(completion.number) else { continue }
            let (number, isRecorded) = (completion.number, completion.outcome == .recorded)
            if isRecorded { noteUse(of: record) }
            perform(isRecorded ? doors.recorded(number, now: moment()) : doors.failed(number, now: moment()))
        }
    }

    /// Runs a ledger operation that can move the ledger, as each record can.
    ///
    /// A move writes the whole content. So the doors' records are submitted first: submitted later, they would spend
    /// the same knocks a second time. Afterwards it handles what the ledger found.
    func useLedger<Result>(_ body: () -> Result) -> Result {
        submitRecords()
        let result = Capabilities.use(body)
        drainLedger()
        return result
    }

    private func entry(_ record: DoorRecord) -> LedgerEntry {
        let wall = UnixSeconds(Clock.wallSeconds())
        return LedgerEntry(
            openings: record.openings.values.compactMap { $0 },
            closing: record.openings.filter { $0.value == nil }.map(\.key), spendings: record.spendings,
            // Read the floor now: a later knock of the same turn may have raised it again.
            floors: record.raised.compactMap { id in keys.ledgerFloor(of: id).map { (id, $0) } },
            uses: Dictionary(record.spendings.map { ($0.knock.generation, wall) }) { first, _ in first })
    }

    private func noteUse(of record: DoorRecord) {
        let used = Set(record.spendings.map(\.knock.generation))
        perform(keys.used(used, at: UnixSeconds(Clock.wallSeconds())))
    }

    /// Records an entry: all of it, or nothing.
    func record(_ entry: LedgerEntry) {
        // Submit spent knocks first: a knock spent under a lower floor must not be recorded after the higher one.
        submitRecords()
        // Number 0 is free for this: the doors' records are numbered from 1.
        ledger.submit(entry, number: 0)
        complete()
    }

    /// Logs changes of the ledger, and takes over openings and replay state that it found.
    func drainLedger() {
        tellOfLedger()
        let found = ledger.takeFound()
        if !found.isEmpty { closeLeftovers(found) }
        restoreReplayState()
    }

    /// Checks the ledger's file, and takes over openings of other daemons on this configuration that have ended.
    func lookAtLedger() {
        useLedger {
            // The interfaces change if the default route chooses them.
            ledger.listens(at: interfaces.wanted)
            ledger.lookAtFile(all: ledgerContent)
            if leaving == nil { ledger.takeOverOthers(all: ledgerContent) }
            // The interfaces of a daemon that has ended are free for this one.
            if interfaces.isImplicit, ledger.interfacesOfOthers() != interfaces.others {
                interfacesMayHaveChanged(Clock.sinceBoot())
            }
        }
        lookAtOneTimeFiles()
    }

    private func tellOfLedger() {
        for change in ledger.takeChanges() {
            switch change {
            case .movedToFallback(let file, let reason, let fallback):
                journal.tell(.ledger(.failed(file: file, reason: reason, fallback: fallback)))
            case .movedBack(let file): journal.tell(.ledger(.back(file: file)))
            case .lost(let reason): journal.tell(.ledger(.lost(reason: reason)))
            case .inMemory(let reason): journal.tell(.ledger(.inMemory(reason: reason)))
            case .damaged(let file, let movedTo): journal.tell(.ledger(.damaged(file: file, movedTo: movedTo)))
            case .tookOver(let file, let count): journal.tell(.ledger(.takenOver(file: file, openings: count)))
            case .notTakenOver(let file, let reason): journal.tell(.ledger(.notTakenOver(file: file, reason: reason)))
            }
        }
    }

    // MARK: Replay state

    /// Restores replay state from a file that could be read only now. Nothing is recorded.
    private func restoreReplayState() {
        if let found = ledger.takeReplayState() { keys.restore(found) }
    }

    /// Logs replay state that was lost before this run, if a door takes signed knocks.
    func tellOfLoss(_ loss: ReplayLoss) {
        if configuration.takesSignedKnocks { perform([keys.tell(loss, now: moment())]) }
    }
}
