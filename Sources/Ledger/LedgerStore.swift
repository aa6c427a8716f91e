package import SignedKnocks

/// Something that records entries, now or later. An entry may be acted on once its completion says that it is recorded, and
/// not before.
package protocol LedgerStore: AnyObject {
    /// Takes an entry to be recorded; it is durable once a completion says so.
    ///
    /// - Parameter number: tells its completion from others. Numbers are the caller's, and only grow.
    func submit(_ entry: LedgerEntry, number: UInt64)

    /// Records what was submitted, as one transaction for all of it, if the store does that now (SQLite does; a store that
    /// answers later does not), and returns what is decided by now, in the order of submission.
    ///
    /// An entry with a knock that was spent before is left out alone: the other entries of the transaction are recorded.
    ///
    /// - Parameter all: all that there is, with what was submitted, for when the ledger has to move. Nothing that was spent may
    ///   be in it and be submitted only later: it would be spent before.
    func completions(all: () -> LedgerContent) -> [LedgerCompletion]

    /// Whether anything was submitted that is not decided.
    var isWaiting: Bool { get }

    /// Readable when completions have come by themselves; nil if they come only when they are asked for.
    var descriptor: Int32? { get }
}

/// What became of an entry that was submitted.
package struct LedgerCompletion: Equatable, Sendable {
    package let number: UInt64
    package let outcome: RecordOutcome

    package init(number: UInt64, outcome: RecordOutcome) {
        self.number = number
        self.outcome = outcome
    }
}

/// What became of an entry.
package enum RecordOutcome: Equatable, Sendable {
    /// It is on the disk.
    case recorded
    /// These knocks were spent before, and nothing of the entry is recorded: leave out what belongs to them, and submit the
    /// rest anew.
    case alreadySpent([SpentKnock])
    /// No file takes it.
    case failed
}
