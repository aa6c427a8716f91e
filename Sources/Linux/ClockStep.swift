package import Base

/// Detects that the wall clock was set, by comparing it with the time since boot.
///
/// Slewing is not a setting. Neither is a suspension, which both clocks include.
package struct ClockStep {
    /// The difference allowed at each call: one second, and one part in 1,000 of the time since the last call.
    private static let tolerance: Milliseconds = 1000
    private static let slewing: Milliseconds = 1000

    private var wall: Milliseconds
    private var sinceBoot: Milliseconds

    package init(_ now: Clock.Moment) {
        (wall, sinceBoot) = (now.wall, now.sinceBoot)
    }

    /// How far the clock was set since the last call, in milliseconds, negative if back; nil if it was not set.
    package mutating func look(_ now: Clock.Moment) -> Milliseconds? {
        let passed = now.sinceBoot - sinceBoot
        let step = now.wall - wall - passed
        (wall, sinceBoot) = (now.wall, now.sinceBoot)
        return abs(step) <= Self.tolerance + passed / Self.slewing ? nil : step
    }
}
