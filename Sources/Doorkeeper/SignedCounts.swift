package import Base

/// Counters of datagrams to the signed port that had no effect, logged once a minute.
package struct SignedCounts {
    /// Counts since the last line.
    package typealias News = (noise: UInt64, wrongTags: UInt64, leftOut: UInt64)

    package private(set) var (noise, wrongTags, leftOut) = (Counter(), Counter(), Counter())
    /// When to log the counts; nil while nothing was counted.
    package private(set) var tellAt: Milliseconds?

    package init() {}

    package mutating func add(noise: UInt64 = 0, wrongTags: UInt64 = 0, leftOut: UInt64 = 0, now: Milliseconds) {
        self.noise.add(noise)
        self.wrongTags.add(wrongTags)
        self.leftOut.add(leftOut)
        tellAt = tellAt ?? now + DoorkeeperLimits.countsPause
    }

    /// Returns and resets the counts, once it is time to log them.
    package mutating func take(now: Milliseconds) -> News? {
        guard let moment = tellAt, moment <= now else { return nil }
        tellAt = nil
        return (noise.report(), wrongTags.report(), leftOut.report())
    }
}
