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
        LedgerContent(openings: doors.openings, replay: keys.replayState, keys: keys.inForce)
    }

    /// Records what doors have to be remembered of, and lets act what is on the disk now.
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

    /// Lets act what the ledger has decided.
    private func complete() {
        guard ledger.isWaiting else { return }
        for completion in useLedger({ ledger.completions(all: ledgerContent) }) {
            // Nothing waits for what is no door's.
            guard let record = ledgerDuties.isDecided(completion.number) else { continue }
            let (number, isRecorded) = (completion.number, completion.outcome == .recorded)
            if isRecorded { noteUse(of: record) }
            perform(isRecorded ? doors.recorded(number, now: moment()) : doors.failed(number, now: moment()))
        }
    }

    /// Does something that can make the ledger move, as each record can. A move writes all that there is, so what was admitted
    /// is submitted before: it would be spent a second time afterwards. Whatever turned up is taken up.
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
            // A later knock of the same turn may have raised one again.
            floors: record.raised.compactMap { id in keys.ledgerFloor(of: id).map { (id, $0) } },
            uses: Dictionary(record.spendings.map { ($0.knock.generation, wall) }) { first, _ in first })
    }

    private func noteUse(of record: DoorRecord) {
        let used = Set(record.spendings.map(\.knock.generation))
        perform(keys.used(used, at: UnixSeconds(Clock.wallSeconds())))
    }

    /// Notes all of it, or nothing.
    func record(_ entry: LedgerEntry) {
        // What was spent before with a lower floor must not be recorded behind it.
        submitRecords()
        // Doors count from one.
        ledger.submit(entry, number: 0)
        complete()
    }

    /// Tells what has become of the ledger, and takes up what was found in it that nobody knew of.
    func drainLedger() {
        tellOfLedger()
        let found = ledger.takeFound()
        if !found.isEmpty { closeLeftovers(found) }
        restoreReplayState()
    }

    /// Looks after the file itself, and after what other daemons on this configuration have left open.
    func lookAtLedger() {
        useLedger {
            // They change where the default route chooses them.
            ledger.listens(at: interfaces.wanted)
            ledger.lookAtFile(all: ledgerContent)
            if leaving == nil { ledger.takeOverOthers(all: ledgerContent) }
            // One that has ended leaves its interfaces to the routes.
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

    /// Takes back what the ledger has of signed knocks that turned up when a file could be read at last. Nothing is recorded.
    private func restoreReplayState() {
        if let found = ledger.takeReplayState() { keys.restore(found) }
    }

    /// Tells of what was lost before this run, if it concerns anybody.
    func tellOfLoss(_ loss: ReplayLoss) {
        if configuration.takesSignedKnocks { perform([keys.tell(loss, now: moment())]) }
    }
}
