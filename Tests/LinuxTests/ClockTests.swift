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

    @Test func noTimeIsNoPause() {
        let start = Clock.monotonic()
        Clock.pause(-5000)
        #expect(Clock.monotonic() - start < 4000)
    }
}
