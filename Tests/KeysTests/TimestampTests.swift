import Foundation
import TestSupport
import Testing

@testable import Keys

struct TimestampTests {
    private func moment(_ text: String) -> UnixSeconds? { Timestamp.moment(Array(text.utf8)[...]) }

    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:01Z", 1), ("1970-12-31T23:59:59Z", 31_535_999),
            ("1972-02-29T00:00:00Z", 68_169_600), ("2000-02-29T12:34:56Z", 951_827_696),
            ("2000-03-01T00:00:00Z", 951_868_800), ("2026-11-22T10:00:00Z", 1_795_341_600),
            ("2038-01-19T03:14:08Z", 2_147_483_648), ("2100-02-28T23:59:59Z", 4_107_542_399),
            ("2100-03-01T00:00:00Z", 4_107_542_400), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, UnixSeconds)])
    func aMomentHasOneText(text: String, seconds: UnixSeconds) {
        #expect(moment(text) == seconds)
        #expect(Timestamp.text(seconds) == text)
    }

    @Test(arguments: [
        "", "2026-11-22", "2026-11-22T10:00:00", "2026-11-22t10:00:00z", "2026-11-22 10:00:00Z",
        "2026-11-22T10:00:00+00:00",
        "2026-11-22T10:00:00.5Z", "2026-11-22T10:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z", "2024-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T23:60:00Z",
        "2026-11-22T23:59:60Z", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
        "-026-11-22T10:00:00Z", "2026-11-22T10:00:0 Z", "2026-11-22T10:00:00Z ", "+2026-11-22T10:00:0Z",
        "2026-1-22T010:00:00Z",
    ])
    func anyOtherTextIsNone(text: String) {
        #expect(moment(text) == nil)
    }

    @Test func momentsOutOfRangeAreBroughtIntoIt() {
        #expect(Timestamp.text(-1) == "1970-01-01T00:00:00Z")
        #expect(Timestamp.text(.min) == "1970-01-01T00:00:00Z")
        #expect(Timestamp.text(.max) == "9999-12-31T23:59:59Z")
    }

    @Test func itAgreesWithFoundationOnEveryDayOfFourCenturies() {
        let format = Date.ISO8601FormatStyle()
        for day in 0..<146_100 as Range<Int64> {
            let seconds = day * 86_400 + day % 86_400
            let text = Timestamp.text(seconds)
            if moment(text) != seconds || Date(timeIntervalSince1970: Double(seconds)).formatted(format) != text {
                Issue.record("\(seconds) is \(text)")
                return
            }
        }
    }

    @Test func anyMomentIsReadAgain() {
        var generator = SeededGenerator.announced()
        for _ in 0..<2_000 {
            let seconds = UnixSeconds.random(in: Timestamp.range, using: &generator)
            #expect(moment(Timestamp.text(seconds)) == seconds)
        }
    }
}
