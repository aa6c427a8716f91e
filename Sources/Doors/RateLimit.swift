package import Base

/// A rate: a burst, then a number of events each second.
package struct RateLimit: Equatable, Sendable {
    package let burst: Int
    package let perSecond: Int

    package init(burst: Int, perSecond: Int) {
        self.burst = burst
        self.perSecond = perSecond
    }
}

extension TokenBucket {
    package init(_ limit: RateLimit) {
        self.init(burst: limit.burst, perSecond: limit.perSecond)
    }
}
