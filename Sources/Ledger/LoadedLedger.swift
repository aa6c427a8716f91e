package import Doors
import Keys
import Linux
package import SignedKnocks

/// A ledger with the content that earlier runs have left. Nothing can be recorded before the floors of this run:
/// `recordFloors` returns the ledger that records.
package struct LoadedLedger: ~Copyable {
    /// The openings still to be closed; the deadline is zero if one is overdue in any case.
    package let openings: [Opening]
    /// The replay state, and how far it can be trusted.
    package let replay: RecordedReplayState
    let ledger: FailoverLedger

    init(_ places: LedgerPlaces, bootID: String, mayStayInMemory: Bool) {
        let findings = LedgerFindings(places, bootID: bootID)
        ledger = FailoverLedger(places, findings, bootID: bootID, isInMemory: mayStayInMemory)
        // StateFile may have become readable only now.
        openings = findings.openings + ledger.takeFound()
        let later = ledger.takeReplayState() ?? ReplayState()
        let head = findings.newest.head
        replay = RecordedReplayState(
            state: findings.newest.replay.joined(with: later), ledgerID: ledger.isWritten ? ledger.id : nil,
            wasMadeAnew: head.id == nil, isOfAnotherBoot: head.id != nil && !findings.isOfBoot(bootID),
            formerBoot: head.boot, isDamaged: findings.isDamaged)
    }

    /// The numbers that commands of earlier runs may have in their environment: this ledger's, and those of ledgers
    /// from which openings were taken over.
    package var ids: [String] { [ledger.id] + ledger.formerIDs }

    /// Records the floors with which this run begins, and so that the ledger belongs to this boot. Call it even if
    /// there are no keys, and before the mark beside the keys is written.
    ///
    /// - Parameter floors: all floors.
    package consuming func recordFloors(_ floors: [ReplayCache.Floor]) -> FailoverLedger {
        var state = replay.state
        state.floors = floors
        ledger.recordFloors(floors, LedgerContent(openings: openings, replay: state))
        return ledger
    }
}

/// The contents that a starting daemon finds in both places of its ledger.
struct LedgerFindings {
    let newest: StoredContent
    /// The openings of the newest content, and those of an older content of another ledger, which was never moved into
    /// this one.
    private(set) var openings: [Opening]
    /// The numbers of such other ledgers.
    private(set) var formerIDs: Set<String> = []
    /// The revision of StateFile; nil if it cannot be read.
    let primaryRevision: Int64?
    /// Whether a file could not be read, or contained invalid rows.
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

    /// Whether the floors of this boot were recorded. False if the boot's id is unknown.
    func isOfBoot(_ bootID: String) -> Bool { newest.head.boot == bootID && !bootID.isEmpty }
}

extension [Opening] {
    /// The openings that are not known.
    ///
    /// An opening with the key of a known one but another stop command gets a key of its own, and is overdue: otherwise
    /// its stop command would never run.
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
