import Base
import Messages

/// Counts the datagrams to the signed port that the Verifier does not get. A report is due a while after the first.
struct LeftOutDatagrams {
    private var (noise, overShare) = (Counter(), Counter())
    /// When to report the counts; nil while they are zero.
    private(set) var nextTelling: Milliseconds?

    mutating func add(noise: UInt64 = 0, overShare: UInt64 = 0, now: Milliseconds) {
        self.noise.add(noise)
        self.overShare.add(overShare)
        nextTelling = nextTelling ?? now + ListenerLimits.countsPause
    }

    /// The counts since the last report, if a report is due.
    mutating func take(now: Milliseconds) -> SignedPortCounts? {
        guard let moment = nextTelling, moment <= now else { return nil }
        nextTelling = nil
        return SignedPortCounts(noise: noise.report(), overShare: overShare.report())
    }
}
