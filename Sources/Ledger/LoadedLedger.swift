package import Doors
import Keys
import Linux
package import SignedKnocks

/// A ledger with what earlier runs have left in it. Nothing can be recorded before the floors are with which this run begins:
/// `recordFloors` gives what records.
package struct LoadedLedger: ~Copyable {
    /// The openings that are still to be closed; the deadline is zero where that is overdue in any case.
    package let openings: [Opening]
    /// What was spent of signed knocks, and what is to be thought of it.
    package let replay: RecordedReplayState
    let ledger: FailoverLedger

    init(_ places: LedgerPlaces, bootID: String, mayStayInMemory: Bool) {
        let findings = LedgerFindings(places, bootID: bootID)
        ledger = FailoverLedger(places, findings, bootID: bootID, isInMemory: mayStayInMemory)
        // StateFile may be readable only now.
        openings = findings.openings + ledger.takeFound()
        let later = ledger.takeReplayState() ?? ReplayState()
        let head = findings.newest.head
        replay = RecordedReplayState(
            state: findings.newest.replay.joined(with: later), ledgerID: ledger.isWritten ? ledger.id : nil,
            wasMadeAnew: head.id == nil, isOfAnotherBoot: head.id != nil && !findings.isOfBoot(bootID),
            formerBoot: head.boot, isDamaged: findings.isDamaged)
    }

    /// The numbers that commands of earlier runs may have been told: this ledger's, and those of ledgers from which openings
    /// were taken.
    package var ids: [String] { [ledger.id] + ledger.formerIDs }

    /// Records the floors with which this run begins, and thereby that the ledger is of this boot: also where there are no
    /// keys. The mark beside the keys is to be written after this.
    ///
    /// - Parameter floors: all of them.
    package consuming func recordFloors(_ floors: [ReplayCache.Floor]) -> FailoverLedger {
        var state = replay.state
        state.floors = floors
        ledger.recordFloors(floors, LedgerContent(openings: openings, replay: state))
        return ledger
    }
}

/// What a daemon that starts finds in both places of its ledger.
struct LedgerFindings {
    let newest: StoredContent
    /// Those of the newest content; and those of an older one that belongs to another ledger, which was never moved into
    /// this one.
    private(set) var openings: [Opening]
    /// The numbers of such ledgers.
    private(set) var formerIDs: Set<String> = []
    /// The number of StateFile; nil if it cannot be read.
    let primaryRevision: Int64?
    /// A file could not be read, or something in it made no sense.
    let isDamaged: Bool
    private(set) var changes: [Ledger.Change] = []
    /// Why a file could not be read.
    private(set) var reason = ""

    init(_ places: LedgerPlaces, bootID: String) {
        var contents: [StoredContent?] = []
        for place in [places.primary, places.fallback] {
            do throws(LedgerFailure) {
                contents.append(try place.read())
            } catch {
                contents.append(nil)
                reason = error.description
                if error.isDamage, let change = place.setAside() { changes.append(change) }
            }
        }
        newest = StoredContent.newest(contents)
        primaryRevision = contents[0]?.head.revision
        isDamaged = contents.contains { $0?.isWhole != true }
        openings = newest.openings.map { $0.opening(in: bootID) }
        for content in contents.compactMap({ $0 }) where content.isOfAnother(than: newest) {
            openings += content.openings.map { $0.opening(in: bootID) }.unknown(beside: openings)
            if let id = content.head.id { formerIDs.insert(id) }
        }
    }

    /// Whether the floors of this boot were recorded. Without an id every boot is another.
    func isOfBoot(_ bootID: String) -> Bool { newest.head.boot == bootID && !bootID.isEmpty }
}

extension [Opening] {
    /// Those that nobody knows of. One in the place of a known one that has another stop command gets a place of its own,
    /// and is overdue: otherwise nobody would run its stop command.
    func unknown(beside known: [Opening]) -> [Opening] {
        let stops = Dictionary(known.map { ($0.key, $0.stopIdentity) }) { first, _ in first }
        return compactMap { opening in
            guard let stop = stops[opening.key] else { return opening }
            if stop == opening.stopIdentity { return nil }
            let replaced = opening.replaced()
            return stops[replaced.key] == nil ? replaced : nil
        }
    }
}
