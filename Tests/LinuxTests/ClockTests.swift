import Base
import Linux
import Testing

struct ClockTests {
    @Test(arguments: [0, 1, 20] as [Milliseconds])
    func aPauseLastsAtLeastItsTime(span: Milliseconds) {
        let start = Clock.monotonic()
        Clock.pause(span)
        // Both readings are cut to whole milliseconds.
        #expect(Clock.monotonic() - start >= span - 1)
    }

    /// Whoever compares the two at the beginning of a second must not find the seconds behind.
    @Test func secondsAndMillisecondsOfTheWallClockAgree() {
        let end = Clock.monotonic() + 1100
        while Clock.monotonic() < end {
            let before = Clock.wallMilliseconds() / 1000
            let seconds = UInt64(Clock.wallSeconds())
            let after = Clock.wallMilliseconds() / 1000
            guard (before...after).contains(seconds) else {
                Issue.record("\(seconds) between \(before) and \(after)")
                return
            }
        }
    }

    @Test func noTimeIsNoPause() {
        let start = Clock.monotonic()
        Clock.pause(-5000)
        #expect(Clock.monotonic() - start < 4000)
    }

    @Test(arguments: [
        (1_700_000_000_000, ":20.000"), (1_700_000_000_007, ":20.007"), (59_999, ":59.999"), (0, ":00.000"),
    ])
    func aMomentIsWrittenToTheMillisecond(moment: Milliseconds, ending: String) {
        // Whatever the time zone, its seconds are those of UTC.
        #expect(Clock.localMillisecond(moment) == Clock.localMinute(Int(moment / 1000)) + ending)
    }
}
