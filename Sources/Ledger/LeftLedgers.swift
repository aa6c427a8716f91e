import Doors
import Linux

/// Openings in the ledgers of other daemons on the same configuration, at other interfaces.
final class LeftLedgers {
    /// Openings of a daemon that no longer runs.
    struct Finding {
        let openings: [Opening]
        /// The ledger's number, which commands that still run have in their environment.
        let id: String?
        fileprivate let ledger: LeftLedger
    }

    /// The ledger of a daemon that no longer runs. This process holds its locks while this value lives.
    fileprivate struct LeftLedger {
        let member: LedgerFamily.Member
        let places: [LedgerPlace]
        /// The revision of its newest content.
        let revision: Int64
    }

    /// The reason reported last for each ledger that could not be taken over.
    private var reasonsTold: [String: String] = [:]
    /// Openings that were taken over but could not be removed from their ledger, by its path, with its revision then.
    private(set) var behind: [String: (revision: Int64, keys: Set<OpeningKey>)] = [:]
    private var changes: [Ledger.Change] = []

    /// Returns the changes since the last call.
    func takeChanges() -> [Ledger.Change] {
        defer { changes = [] }
        return changes
    }

    /// The openings to take over from one ledger; nil if there are none, or if its daemon runs.
    func find(in member: LedgerFamily.Member, bootID: String, known: () -> [Opening]) -> Finding? {
        let places = [LedgerPlace(member.path), LedgerPlace(member.fallback)]
        // A held lock belongs to a running daemon; without any lock that is not known.
        guard lockAll(places) else {
            // A running daemon knows which of its openings are open.
            behind[member.path] = nil
            return nil
        }
        guard places.contains(where: \.isLocked) else { return nil }
        let contents = places.map { place in trying(place) { () throws(LedgerFailure) in try place.read() } }
        let newest = StoredContent.newest(contents)
        // A lower revision is that of an older file, while the newest one cannot be read.
        let revision = max(newest.head.revision, behind[member.path]?.revision ?? 0)
        let ledger = LeftLedger(member: member, places: places, revision: revision)
        let keys = takeBehind(ledger)
        remove(keys, from: ledger, bootID: bootID)
        if newest.openings.isEmpty { return nil }
        // Openings taken before may be closed here by now, and still be on record there.
        let others = Set(known().map(\.key)).union(keys)
        let openings = newest.openings.map { $0.opening(in: bootID) }.filter { !others.contains($0.key) }
        return openings.isEmpty ? nil : Finding(openings: openings, id: newest.head.id, ledger: ledger)
    }

    /// Removes openings from their former ledger, after they were recorded here.
    func tookOver(_ finding: Finding, bootID: String) {
        let ledger = finding.ledger
        changes.append(.tookOver(file: ledger.member.path, count: finding.openings.count))
        remove(takeBehind(ledger).union(finding.openings.map(\.key)), from: ledger, bootID: bootID)
    }

    private func lockAll(_ places: [LedgerPlace]) -> Bool {
        for place in places {
            do throws(LedgerFailure) {
                try place.takeLock(isPassing: true)
            } catch {
                if error.isHeld { return false }
            }
        }
        return true
    }

    /// The openings still to be removed from a ledger; empty if a daemon has used it since, as its revision shows.
    private func takeBehind(_ ledger: LeftLedger) -> Set<OpeningKey> {
        guard let left = behind.removeValue(forKey: ledger.member.path), left.revision == ledger.revision else {
            return []
        }
        return left.keys
    }

    /// Removes openings that were taken over. If that fails, it is tried again next time, and they are not taken over
    /// again meanwhile.
    private func remove(_ keys: Set<OpeningKey>, from ledger: LeftLedger, bootID: String) {
        if keys.isEmpty { return }
        let entry = LedgerEntry(closing: Array(keys))
        for place in ledger.places where Files.exists(place.path) {
            let outcome = trying(place, to: "remove") { () throws(LedgerFailure) in
                try place.open(bootID: bootID).record([entry])
            }
            if outcome == nil { behind[ledger.member.path] = (ledger.revision, keys) }
        }
    }

    /// Runs `body` on another daemon's ledger, and reports a failure once.
    ///
    /// - Parameter purpose: distinguishes the operation from others on the same file, which may succeed.
    private func trying<Value>(
        _ place: LedgerPlace, to purpose: String = "read", _ body: () throws(LedgerFailure) -> Value
    ) -> Value? {
        let attempt = "\(purpose) \(place.path)"
        do throws(LedgerFailure) {
            let value = try body()
            reasonsTold[attempt] = nil
            return value
        } catch {
            if reasonsTold.updateValue(error.description, forKey: attempt) != error.description {
                changes.append(.notTakenOver(file: place.path, reason: error.description))
            }
            return nil
        }
    }
}
