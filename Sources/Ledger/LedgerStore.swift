package import SignedKnocks

/// Records entries, at once or later. Act on an entry only after its completion says that it is recorded.
package protocol LedgerStore: AnyObject {
    /// Accepts an entry to be recorded; it is durable once a completion says so.
    ///
    /// - Parameter number: identifies its completion. The caller chooses the numbers, which only grow.
    func submit(_ entry: LedgerEntry, number: UInt64)

    /// Records the submitted entries in one transaction, if the store does that now (SQLite does; a store that answers
    /// later does not), and returns the completions so far, in the order of submission.
    ///
    /// An entry with a knock that was spent before is omitted alone: the other entries of the transaction are recorded.
    ///
    /// - Parameter all: the whole content including the submitted entries, in case the ledger has to move. It must not
    ///   contain a spent knock that is submitted only later: that entry would find its knock spent.
    func completions(all: () -> LedgerContent) -> [LedgerCompletion]

    /// Whether entries are submitted and not decided, or completions not returned.
    var isWaiting: Bool { get }

    /// Readable when completions have arrived; nil if they come only on request.
    var descriptor: Int32? { get }
}

/// The outcome of a submitted entry.
package struct LedgerCompletion: Equatable, Sendable {
    package let number: UInt64
    package let outcome: RecordOutcome

    package init(number: UInt64, outcome: RecordOutcome) {
        self.number = number
        self.outcome = outcome
    }
}

/// The outcome of recording an entry.
package enum RecordOutcome: Equatable, Sendable {
    /// The entry is on the disk.
    case recorded
    /// These knocks were spent before, and nothing of the entry is recorded. Remove what belongs to them, and submit
    /// the rest again.
    case alreadySpent([SpentKnock])
    /// No file accepted it.
    case failed
}
