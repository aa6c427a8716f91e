import Doors
import Linux

/// What other daemons on the same configuration, at other interfaces, have left in their ledgers.
final class LeftLedgers {
    /// Openings that a daemon has left which runs no more.
    struct Finding {
        let openings: [Opening]
        /// The number of the ledger: commands that still run were told it.
        let id: String?
        fileprivate let ledger: LeftLedger
    }

    /// A ledger whose daemon runs no more: this process has its locks while this lives.
    fileprivate struct LeftLedger {
        let member: LedgerFamily.Member
        let places: [LedgerPlace]
        /// The number of its newest content.
        let revision: Int64
    }

    /// Of which ledgers it was told why they were not taken over.
    private var reasonsTold: [String: String] = [:]
    /// What was taken over and could not be removed where it was, by the path of that ledger, with the number that it had.
    private(set) var behind: [String: (revision: Int64, keys: Set<OpeningKey>)] = [:]
    private var changes: [Ledger.Change] = []

    /// What is to be told since this was last asked.
    func takeChanges() -> [Ledger.Change] {
        defer { changes = [] }
        return changes
    }

    /// What is to be taken over of one ledger; nil if that is nothing, or its daemon runs.
    func find(in member: LedgerFamily.Member, bootID: String, known: () -> [Opening]) -> Finding? {
        let places = [LedgerPlace(member.path), LedgerPlace(member.fallback)]
        // One that is held belongs to a daemon that runs; without any lock nobody knows.
        guard lockAll(places) else {
            // It knows by itself what of it is open.
            behind[member.path] = nil
            return nil
        }
        guard places.contains(where: \.isLocked) else { return nil }
        let contents = places.map { place in trying(place) { () throws(LedgerFailure) in try place.read() } }
        let newest = StoredContent.newest(contents)
        // A lower number is that of an older file, while the newest one cannot be read.
        let revision = max(newest.head.revision, behind[member.path]?.revision ?? 0)
        let ledger = LeftLedger(member: member, places: places, revision: revision)
        let keys = takeBehind(ledger)
        remove(keys, from: ledger, bootID: bootID)
        if newest.openings.isEmpty { return nil }
        // What was taken already may be over here by now, and still stand there.
        let others = Set(known().map(\.key)).union(keys)
        let openings = newest.openings.map { $0.opening(in: bootID) }.filter { !others.contains($0.key) }
        return openings.isEmpty ? nil : Finding(openings: openings, id: newest.head.id, ledger: ledger)
    }

    /// These openings are recorded here now: they are removed there.
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

    /// What is still to be removed from a ledger; nothing if a daemon has had it since, which its number shows.
    private func takeBehind(_ ledger: LeftLedger) -> Set<OpeningKey> {
        guard let left = behind.removeValue(forKey: ledger.member.path), left.revision == ledger.revision else {
            return []
        }
        return left.keys
    }

    /// Removes openings that were taken. Where that fails it is tried again the next time, and they are not taken again
    /// meanwhile.
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

    /// Does something with another daemon's ledger; what fails is told once.
    ///
    /// - Parameter purpose: tells it from other things that are done with the same file, and may go well.
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
