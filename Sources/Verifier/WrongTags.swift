import Base

/// Counts the datagrams whose tag is wrong, and says when to tell: a while after the first.
struct WrongTags {
    private var counter = Counter()
    /// When to tell; nil while there were none.
    private(set) var nextTelling: Milliseconds?

    mutating func add(now: Milliseconds) {
        counter.add()
        nextTelling = nextTelling ?? now + VerifierLimits.countsPause
    }

    /// How many there were since this was last told, once it is time to tell.
    mutating func take(now: Milliseconds) -> UInt64? {
        guard let moment = nextTelling, moment <= now else { return nil }
        nextTelling = nil
        return counter.report()
    }
}
