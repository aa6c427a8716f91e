import Keys
import Testing

@testable import knockctl

struct GraceTests {
    @Test(
        arguments: [
            ("0s", 0), ("90s", 90), ("5m", 300), ("12h", 43_200), ("7d", 604_800), ("2w", 1_209_600), ("007d", 604_800),
        ] as [(String, UnixSeconds)])
    func spansAreRead(text: String, seconds: UnixSeconds) {
        #expect(Grace(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "7", "d", "-7d", "+7d", "7 d", " 7d", "7D", "1.5h", "7y", "7dd", "9223372036854775807w", "9999999w",
        "99999999999999999999s", "٧d",
    ])
    func anythingElseIsNone(text: String) {
        #expect(Grace(text) == nil)
    }

    @Test func theUsualOneIsAWeek() {
        #expect(Grace.usual == Grace("7d"))
    }

    @Test(arguments: [UnixSeconds.min, -1, 0, 1_795_341_600, Timestamp.range.upperBound, .max])
    func noClockMakesItTrap(now: UnixSeconds) throws {
        let longest = try #require(Grace("\(Timestamp.range.upperBound)s"))
        #expect(longest.retirement(from: now) != .afterUse)
        #expect(Grace.untilUsed.retirement(from: now) == .afterUse)
    }
}
