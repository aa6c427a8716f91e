import Base
import Linux
import Testing

struct ClockStepTests {
    private static let year: Milliseconds = 365 * 86_400_000
    private static let start = Clock.Moment(wall: 1_800_000_000_000, sinceBoot: 5000)

    /// - Parameter passed: on the clock that nobody sets.
    private static func later(_ passed: Milliseconds, setBy step: Milliseconds) -> Clock.Moment {
        Clock.Moment(wall: start.wall + passed + step, sinceBoot: start.sinceBoot + passed)
    }

    @Test(arguments: [3_600_000, -3_600_000, 86_400_000, -86_400_000, -start.wall, 1001, -1001] as [Milliseconds])
    func aClockThatWasSetIsToldOnce(step: Milliseconds) {
        var clock = ClockStep(Self.start)
        #expect(clock.look(Self.later(200, setBy: step)) == step)
        #expect(clock.look(Self.later(400, setBy: step)) == nil)
        #expect(clock.look(Self.later(600, setBy: 0)) == -step, "and set again")
    }

    @Test(arguments: [0, 1000, -1000] as [Milliseconds])
    func aSecondIsNoStep(difference: Milliseconds) {
        var clock = ClockStep(Self.start)
        #expect(clock.look(Self.later(999, setBy: difference)) == nil)
    }

    /// However far it goes in the end, as long as somebody looks now and then.
    @Test func slewingIsNoStep() {
        var clock = ClockStep(Self.start)
        for round in 1...1000 as ClosedRange<Milliseconds> {
            #expect(clock.look(Self.later(round * 10_000, setBy: round * 1000)) == nil)
        }
    }

    /// 500 parts in a million are what the kernel slews at most, and nobody has looked for long.
    @Test func slewingForLongIsNoneEither() {
        var clock = ClockStep(Self.start)
        #expect(clock.look(Self.later(Self.year, setBy: Self.year / 2000)) == nil)
        #expect(clock.look(Self.later(2 * Self.year, setBy: 0)) == nil)
        #expect(clock.look(Self.later(3 * Self.year, setBy: Self.year / 900)) == Self.year / 900)
    }

    @Test func timeThatTheMachineSleptIsNoStep() {
        var clock = ClockStep(Self.start)
        #expect(clock.look(Self.later(Self.year, setBy: 3)) == nil)
    }

    @Test func theRealClocksAgree() {
        var clock = ClockStep(Clock.moment())
        Clock.pause(20)
        #expect(clock.look(Clock.moment()) == nil)
    }
}
