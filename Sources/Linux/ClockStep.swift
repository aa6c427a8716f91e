package import Base

/// Tells by how much the wall clock was set: it has not gone on as the time since boot has.
///
/// Slewing is no setting, and neither is that the machine was suspended, which both clocks count.
package struct ClockStep {
    /// How far they may differ at any look, and by one part in how many of the time since the last one.
    private static let tolerance: Milliseconds = 1000
    private static let slewing: Milliseconds = 1000

    private var wall: Milliseconds
    private var sinceBoot: Milliseconds

    /// Begins to look.
    package init(_ now: Clock.Moment) {
        (wall, sinceBoot) = (now.wall, now.sinceBoot)
    }

    /// How far the clock was set since the last look, in milliseconds; back is negative. Nil if it was not.
    package mutating func look(_ now: Clock.Moment) -> Milliseconds? {
        let passed = now.sinceBoot - sinceBoot
        let step = now.wall - wall - passed
        (wall, sinceBoot) = (now.wall, now.sinceBoot)
        return abs(step) <= Self.tolerance + passed / Self.slewing ? nil : step
    }
}
