import Base
import Messages

/// Counts the datagrams to the signed port that are not handed over, and says when to tell: a while after the first.
struct LeftOutDatagrams {
    private var (noise, overShare) = (Counter(), Counter())
    /// When to tell; nil while nothing was counted.
    private(set) var nextTelling: Milliseconds?

    mutating func add(noise: UInt64 = 0, overShare: UInt64 = 0, now: Milliseconds) {
        self.noise.add(noise)
        self.overShare.add(overShare)
        nextTelling = nextTelling ?? now + ListenerLimits.countsPause
    }

    /// What was counted since this was last told, once it is time to tell.
    mutating func take(now: Milliseconds) -> SignedPortCounts? {
        guard let moment = nextTelling, moment <= now else { return nil }
        nextTelling = nil
        return SignedPortCounts(noise: noise.report(), overShare: overShare.report())
    }
}
