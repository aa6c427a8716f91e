import Testing

@testable import Base

struct PrintableTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("tür\tä", "tür\tä"), ("a\u{1B}[2Jb", "a?[2Jb"), ("a\nb", "a?b"), ("a\r", "a?"),
        ("a\u{7F}", "a?"), ("\u{9B}2J", "?2J"), ("\u{202E}txt", "?txt"), ("a\u{2028}b", "a?b"), ("a\u{200B}b", "a?b"),
        ("\u{FEFF}a", "?a"), ("日本", "日本"),
    ])
    func oneLineStaysOneLine(text: String, line: String) {
        #expect(PrintableText.line(text) == line)
    }

    @Test func noScalarTurnsTheDirection() {
        let all = [0x061C, 0x200E, 0x200F] + Array(0x202A...0x202E) + Array(0x2066...0x2069)
        for scalar in all.compactMap({ Unicode.Scalar($0) }) {
            #expect(PrintableText.line("a\(scalar)b") == "a?b")
            #expect(PrintableText.lines("a\(scalar)b") == "a?b")
        }
    }

    @Test func aMessageOfSeveralLinesKeepsThem() {
        #expect(PrintableText.lines("a\n\tb\u{1B}") == "a\n\tb?")
    }
}
