import Base

/// Counts the datagrams whose tag is wrong. A report is due a while after the first.
struct WrongTags {
    private var counter = Counter()
    /// When to report the count; nil while it is zero.
    private(set) var nextTelling: Milliseconds?

    mutating func add(now: Milliseconds) {
        counter.add()
        nextTelling = nextTelling ?? now + VerifierLimits.countsPause
    }

    /// The count since the last report, if a report is due.
    mutating func take(now: Milliseconds) -> UInt64? {
        guard let moment = nextTelling, moment <= now else { return nil }
        nextTelling = nil
        return counter.report()
    }
}
