import Base
import Testing

struct DecimalTests {
    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("007", 7), ("0000000000000000000000001", 1), ("65536", 65_536),
            ("9223372036854775807", .max), ("09223372036854775807", .max),
        ] as [(String, Int64)])
    func digitsAreANumber(text: String, expected: Int64) {
        #expect(Decimal.number(text) == expected)
        #expect(Decimal.number(Array(text.utf8)[...]) == expected)
        #expect(Decimal.isNumber(text))
    }

    @Test(arguments: [
        "", "-1", "+1", "-", "+", " 1", "1 ", "1\0", "1\n", "1e3", "1.0", "1_000", "0x1", "a", "٣", "１", "1\u{301}",
        "/", ":",
    ])
    func allElseIsNone(text: String) {
        #expect(Decimal.number(text) == nil)
        #expect(Decimal.number(Array(text.utf8)[...]) == nil)
        #expect(!Decimal.isNumber(text))
    }

    @Test(arguments: ["9223372036854775808", "9999999999999999999", "10000000000000000000", "99999999999999999999999"])
    func aNumberThatDoesNotFitHasNoValue(text: String) {
        #expect(Decimal.number(text) == nil)
        #expect(Decimal.number(Array(text.utf8)[...]) == nil)
        #expect(Decimal.isNumber(text))
    }

    @Test func digitsAreThoseOfASCII() {
        let digits = (0...UInt8.max).filter(Decimal.isDigit)
        #expect(digits == Array("0123456789".utf8))
    }

    @Test(
        arguments: [
            (0, 1, "0"), (0, 2, "00"), (7, 2, "07"), (59, 2, "59"), (2026, 2, "2026"), (99, 4, "0099"),
        ] as [(Int64, Int, String)])
    func zerosAreWrittenBeforeAShortNumber(number: Int64, digits: Int, text: String) {
        #expect(Decimal.text(number, digits: digits) == text)
    }
}
