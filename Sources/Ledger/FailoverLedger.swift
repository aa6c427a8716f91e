package import Doors
package import Keys
import Linux
import SignedKnocks

/// A ledger that goes on elsewhere when its file fails: it moves to the other place with all that there is, and back when it
/// can. What was submitted and is not decided is recorded by such a move.
package final class FailoverLedger: LedgerStore {
    let places: LedgerPlaces
    let bootID: String
    /// The ledger's random number.
    package let id: String
    /// The numbers of the ledgers from which openings were taken: commands that still run were told them.
    package internal(set) var formerIDs: Set<String>
    /// Which state of the ledger this is.
    var state: State
    /// Where it is written; nil if nowhere.
    var active: (place: LedgerPlace, store: SQLiteStore)?
    var trouble: Trouble
    var news: News
    let left = LeftLedgers()
    /// What was submitted and is not decided.
    private var waiting: [(entry: LedgerEntry, number: UInt64)] = []
    /// What is decided and was not asked for.
    private var decided: [LedgerCompletion] = []

    /// What tells a state of the ledger from others.
    struct State {
        /// The revision of the newest content; it grows each time the whole ledger is written anew.
        var revision: Int64
        /// The revision that StateFile had when it was last read or written; nil if it never could be.
        var primaryRevision: Int64?
        /// Whether the floors of this boot are recorded.
        var hasFloors: Bool
    }

    /// What keeps it from being written.
    struct Trouble {
        var reason: String
        /// Whether openings count without a file, until there is one.
        var isInMemory: Bool
        var isLossTold = false
    }

    /// What is to be told since it was last asked for.
    struct News {
        var changes: [Ledger.Change]
        var openings: [Opening] = []
        var replay: ReplayState?
    }

    /// Begins to write where something was found.
    init(_ places: LedgerPlaces, _ findings: LedgerFindings, bootID: String, isInMemory: Bool) {
        (self.places, self.bootID) = (places, bootID)
        let head = findings.newest.head
        id = head.id ?? GenerationID(high: ThisProcess.randomNumber(), low: ThisProcess.randomNumber()).description
        formerIDs = findings.formerIDs
        state = State(
            revision: head.revision, primaryRevision: findings.primaryRevision, hasFloors: findings.isOfBoot(bootID))
        trouble = Trouble(reason: findings.reason, isInMemory: isInMemory)
        news = News(changes: findings.changes)
        writeAll(
            LedgerContent(openings: findings.openings, replay: findings.newest.replay),
            heldBy: head.revision == findings.primaryRevision ? places.primary : places.fallback)
    }

    // MARK: Where it lies

    /// Where it belongs.
    package var file: String { places.primary.path }

    /// Nil if this daemon has the configuration's own name.
    package var elder: Ledger.Elder? { places.elder }

    /// Whether it lies where it belongs.
    package var isHome: Bool { active?.place === places.primary }

    /// Whether what is recorded is in a file.
    var isWritten: Bool { active != nil }

    // MARK: What is to be told

    /// What is to be told of the ledger since this was last asked.
    package func takeChanges() -> [Ledger.Change] {
        defer { news.changes = [] }
        return news.changes
    }

    /// Openings that turned up since this was last asked, and that nobody knew of: in StateFile when it could be read at
    /// last, or in the ledger of a daemon that runs no more.
    package func takeFound() -> [Opening] {
        defer { news.openings = [] }
        return news.openings
    }

    /// What of signed knocks turned up in StateFile and nobody knew of; nil if nothing has since this was last asked.
    package func takeReplayState() -> ReplayState? {
        defer { news.replay = nil }
        return news.replay
    }

    // MARK: Recording

    package func submit(_ entry: LedgerEntry, number: UInt64) { waiting.append((entry, number)) }

    package var isWaiting: Bool { !waiting.isEmpty || !decided.isEmpty }

    package var descriptor: Int32? { nil }

    package func completions(all: () -> LedgerContent) -> [LedgerCompletion] {
        if !waiting.isEmpty {
            let submitted = waiting
            let outcomes = record(submitted.map(\.entry), all: all)
            // Unless the ledger has moved.
            if !waiting.isEmpty { decide(outcomes) }
        }
        defer { decided = [] }
        return decided
    }

    private func decide(_ outcomes: [RecordOutcome]) {
        decided += zip(waiting, outcomes).map { LedgerCompletion(number: $0.number, outcome: $1) }
        waiting = []
    }

    /// Everything was written, with what was submitted.
    func decideAll() { decide(waiting.map { _ in .recorded }) }

    /// Records the floors with which this run begins, and thereby that the ledger is of this boot.
    func recordFloors(_ floors: [ReplayCache.Floor], _ all: LedgerContent) {
        state.hasFloors = true
        state.hasFloors = record([LedgerEntry(floors: floors)], isOfFloors: true) { all } == [.recorded]
    }

    /// What becomes of entries that are recorded now.
    func record(
        _ entries: [LedgerEntry], isOfFloors: Bool = false, all: () -> LedgerContent
    ) -> [RecordOutcome] {
        // What is written to a file that was removed reaches nobody.
        let lost = leaveLostPlace()
        guard let (place, store) = active else {
            writeAll(all(), avoiding: lost)
            // What was spent must outlive the process, or it could be spent again.
            return entries.map { isWritten || trouble.isInMemory && $0.spendings.isEmpty ? .recorded : .failed }
        }
        do throws(LedgerFailure) {
            let doubled = try store.record(entries, isOfFloors: isOfFloors)
            return doubled.map { $0.isEmpty ? .recorded : .alreadySpent($0) }
        } catch {
            active = nil
            trouble.reason = error.description
            writeAll(all(), avoiding: place)
            return entries.map { _ in isWritten ? .recorded : .failed }
        }
    }

    // MARK: Other daemons

    /// Says to daemons that are started later where this one listens now.
    package func listens(at interfaces: [String]) { places.listens(at: interfaces) }

    /// Where other daemons on the same configuration listen that run, as their locks say it.
    package func interfacesOfOthers() -> Set<String> { places.interfacesOfOthers }

    /// When keys were used, as this ledger and those of other daemons on the configuration know it: whoever had the keys
    /// before has recorded it in its own.
    ///
    /// - Returns: nil if one of them cannot be read.
    package func usesOfAll() -> [GenerationID: KeyUse]? {
        Ledger.readKeyUse(
            stateFile: places.family.stateFile, fallbackDirectory: places.family.fallbackDirectory)
    }

    /// Takes over what daemons on the same configuration, at other interfaces, have left open, if they run no more: it is
    /// recorded here before it is removed there, and then found (`takeFound`). What is known here already stays there until
    /// it is over here, since it takes a stop command of its own. To be called at the start and every few seconds.
    package func takeOverOthers(all: () -> LedgerContent) {
        for member in places.others {
            guard let finding = left.find(in: member, bootID: bootID, known: { all().openings }) else { continue }
            let outcomes = record([LedgerEntry(openings: finding.openings)]) {
                var content = all()
                content.openings += finding.openings
                return content
            }
            guard outcomes == [.recorded], isWritten else { continue }
            if let id = finding.id { formerIDs.insert(id) }
            news.openings += finding.openings
            left.tookOver(finding, bootID: bootID)
        }
        news.changes += left.takeChanges()
    }
}
