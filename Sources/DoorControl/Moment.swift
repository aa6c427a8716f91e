package import Base

/// Now, on the clocks that doors go by.
package struct Moment: Equatable, Sendable {
    /// Suspended time included: openings go by it.
    package let sinceBoot: Milliseconds
    /// For what is to be counted while the machine runs.
    package let monotonic: Milliseconds
    /// Since 1970; it can be set.
    package let wall: UInt64

    package init(sinceBoot: Milliseconds, monotonic: Milliseconds, wall: UInt64) {
        self.sinceBoot = sinceBoot
        self.monotonic = monotonic
        self.wall = wall
    }

    /// The second, since 1970, at which the since-boot clock will show a time; what is past is now.
    func wallSecond(at deadline: Milliseconds) -> Int {
        let left = (max(deadline, sinceBoot) - sinceBoot + 500) / 1000
        return Int(clamping: wall / 1000) + Int(left)
    }
}
