package import Doors
package import Keys
import Linux
import SignedKnocks

/// A ledger that continues in another file if its file fails.
///
/// It moves to the other place with its whole content, and moves back when that is possible. Such a move also records
/// the entries that were submitted and not decided yet.
package final class FailoverLedger: LedgerStore {
    let places: LedgerPlaces
    let bootID: String
    /// The ledger's random number, as text.
    package let id: String
    /// The numbers of ledgers from which openings were taken over: commands that still run have one in their
    /// environment.
    package internal(set) var formerIDs: Set<String>
    /// The revision of the content, and whether the floors of this boot are recorded.
    var state: State
    /// The file in use and its place; nil if there is none.
    var active: (place: LedgerPlace, store: SQLiteStore)?
    var trouble: Trouble
    var news: News
    let left = LeftLedgers()
    /// Entries submitted and not decided.
    private var waiting: [(entry: LedgerEntry, number: UInt64)] = []
    /// Completions that were not returned yet.
    private var decided: [LedgerCompletion] = []

    /// Distinguishes one state of the ledger from others.
    struct State {
        /// The revision of the newest content; it grows each time the whole ledger is written again.
        var revision: Int64
        /// The revision of StateFile when it was last read or written; nil if it never could be.
        var primaryRevision: Int64?
        /// Whether the floors of this boot are recorded.
        var hasFloors: Bool
    }

    /// Why the ledger cannot be written.
    struct Trouble {
        var reason: String
        /// Whether openings are recorded in memory only, until there is a file.
        var isInMemory: Bool
        var isLossTold = false
    }

    /// Events not reported yet.
    struct News {
        var changes: [Ledger.Change]
        var openings: [Opening] = []
        var replay: ReplayState?
    }

    /// Continues with the content that was found.
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

    // MARK: Place

    /// The path of the configured file.
    package var file: String { places.primary.path }

    /// The daemon that uses the configured file, if that is another one; nil if it is this one.
    package var elder: Ledger.Elder? { places.elder }

    /// Whether the configured file is in use.
    package var isHome: Bool { active?.place === places.primary }

    /// Whether records reach a file.
    var isWritten: Bool { active != nil }

    // MARK: News

    /// Returns the changes since the last call.
    package func takeChanges() -> [Ledger.Change] {
        defer { news.changes = [] }
        return news.changes
    }

    /// Returns the unknown openings found since the last call: in StateFile when it became readable, or in the ledger
    /// of a daemon that no longer runs.
    package func takeFound() -> [Opening] {
        defer { news.openings = [] }
        return news.openings
    }

    /// Returns unknown replay state found in StateFile since the last call; nil if there is none.
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
            // A move of the ledger has decided them already.
            if !waiting.isEmpty { decide(outcomes) }
        }
        defer { decided = [] }
        return decided
    }

    private func decide(_ outcomes: [RecordOutcome]) {
        decided += zip(waiting, outcomes).map { LedgerCompletion(number: $0.number, outcome: $1) }
        waiting = []
    }

    /// Completes all submitted entries as recorded, after the whole content was written.
    func decideAll() { decide(waiting.map { _ in .recorded }) }

    /// Records the floors with which this run begins, and so that the ledger belongs to this boot.
    func recordFloors(_ floors: [ReplayCache.Floor], _ all: LedgerContent) {
        state.hasFloors = true
        state.hasFloors = record([LedgerEntry(floors: floors)], isOfFloors: true) { all } == [.recorded]
    }

    /// Records entries now; returns the outcome of each.
    func record(
        _ entries: [LedgerEntry], isOfFloors: Bool = false, all: () -> LedgerContent
    ) -> [RecordOutcome] {
        // Records written to a removed file would be lost.
        let lost = leaveLostPlace()
        guard let (place, store) = active else {
            writeAll(all(), avoiding: lost)
            // Spent knocks must outlive the process: otherwise they could be spent again.
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

    /// Publishes in the lock where this daemon listens now, for daemons that are started later.
    package func listens(at interfaces: [String]) { places.listens(at: interfaces) }

    /// The interfaces of other running daemons on the same configuration, from their locks.
    package func interfacesOfOthers() -> Set<String> { places.interfacesOfOthers }

    /// When keys were used, according to this ledger and those of other daemons on the configuration: a daemon that had
    /// the keys before has recorded their use in its own ledger.
    ///
    /// - Returns: nil if one of the ledgers cannot be read.
    package func usesOfAll() -> [GenerationID: KeyUse]? {
        Ledger.readKeyUse(
            stateFile: places.family.stateFile, fallbackDirectory: places.family.fallbackDirectory)
    }

    /// Takes over the openings of daemons on the same configuration, at other interfaces, that no longer run.
    ///
    /// An opening is recorded here before it is removed there, and is then returned by `takeFound`. One that is known
    /// here already stays there until it is closed here, since it needs a stop command of its own. Call this at the
    /// start and every few seconds.
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
