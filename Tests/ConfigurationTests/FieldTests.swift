import Testing

@testable import Configuration

struct FieldTests {
    private func field(_ text: String) -> Field { Field(text.utf8, line: 7, file: "a.conf") }

    @Test(arguments: [
        ("abc", "abc", 1), ("  abc", "abc", 3), ("abc  ", "abc", 1), ("\t a b \r", "a b", 3),
        ("\u{0B}\u{0C}x\u{0B}", "x", 3), ("\u{A0}x", "\u{A0}x", 1),
    ])
    func trimmingTakesWhiteSpaceOffBothEndsAndKeepsThePlace(text: String, trimmed: String, column: Int) {
        let result = field(text).trimmed
        #expect(result.text == trimmed)
        #expect(result.column == column)
        #expect(result.line == 7)
    }

    @Test(arguments: ["", " ", "\t\r  "])
    func trimmingCanLeaveNothing(text: String) {
        let trimmed = field(text).trimmed
        #expect(trimmed.isEmpty)
        #expect(trimmed.column == text.utf8.count + 1, "behind the white space")
    }

    @Test func aSplitKeepsEmptyPiecesAndTheirPlaces() {
        let pieces = field(",ab,,c,").split(",")
        #expect(pieces.map(\.text) == ["", "ab", "", "c", ""])
        #expect(pieces.map(\.column) == [1, 2, 5, 6, 8])
        #expect(field("").split(",").map(\.text) == [""])
    }

    @Test func theFirstEqualSignAssigns() throws {
        let (name, value) = try #require(field("a = b = c").assignment)
        #expect(name.text == "a")
        #expect(value.text == "b = c")
        #expect(value.column == 5)
        #expect(field("abc").assignment == nil)
    }

    @Test func insideIsWithoutBothEnds() {
        #expect(field("[door]").inside.text == "door")
        #expect(field("[door]").inside.column == 2)
        #expect(field("[]").inside.isEmpty)
    }

    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("0007", 7), ("65536", 65536), ("9223372036854775807", .max),
            ("9223372036854775808", nil), ("99999999999999999999999", nil), ("", nil), ("-1", nil), ("+1", nil),
            (" 1", nil),
            ("1 ", nil), ("0x10", nil), ("1e3", nil), ("１", nil), ("abc", nil),
        ] as [(String, Int?)])
    func aNumberIsDigitsOnly(text: String, number: Int?) {
        #expect(field(text).number == number)
    }

    @Test(
        arguments: [
            (Array("Zoë €".utf8), true), ([], true), ([0x7F], true), ([0xFF], false), ([0xC3], false),
            ([0xC0, 0x80], false), ([0xED, 0xA0, 0x80], false), ([0x80], false),
        ] as [([UInt8], Bool)])
    func onlyUTF8IsText(bytes: [UInt8], isText: Bool) {
        #expect(Field(bytes, line: 1, file: "a.conf").isUTF8 == isText)
    }
}
