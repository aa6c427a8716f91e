package import Base

/// The current time on the clocks that doors use.
package struct Moment: Equatable, Sendable {
    /// Milliseconds since boot, suspended time included. Openings use it.
    package let sinceBoot: Milliseconds
    /// Milliseconds of running time, suspended time excluded.
    package let monotonic: Milliseconds
    /// Milliseconds since 1970. This clock can be set.
    package let wall: UInt64

    package init(sinceBoot: Milliseconds, monotonic: Milliseconds, wall: UInt64) {
        self.sinceBoot = sinceBoot
        self.monotonic = monotonic
        self.wall = wall
    }

    /// The second since 1970 at which the since-boot clock reaches a deadline. A past deadline gives the current
    /// second.
    func wallSecond(at deadline: Milliseconds) -> Int {
        let left = (max(deadline, sinceBoot) - sinceBoot + 500) / 1000
        return Int(clamping: wall / 1000) + Int(left)
    }
}
