package import Base

/// What is counted of datagrams to the signed port, and told once a minute.
package struct SignedCounts {
    /// What has come since it was last told.
    package typealias News = (noise: UInt64, wrongTags: UInt64, leftOut: UInt64)

    package private(set) var (noise, wrongTags, leftOut) = (Counter(), Counter(), Counter())
    /// When to tell; nil while nothing was counted.
    package private(set) var tellAt: Milliseconds?

    package init() {}

    package mutating func add(noise: UInt64 = 0, wrongTags: UInt64 = 0, leftOut: UInt64 = 0, now: Milliseconds) {
        self.noise.add(noise)
        self.wrongTags.add(wrongTags)
        self.leftOut.add(leftOut)
        tellAt = tellAt ?? now + DoorkeeperLimits.countsPause
    }

    /// What has come, once it is time to tell it.
    package mutating func take(now: Milliseconds) -> News? {
        guard let moment = tellAt, moment <= now else { return nil }
        tellAt = nil
        return (noise.report(), wrongTags.report(), leftOut.report())
    }
}
