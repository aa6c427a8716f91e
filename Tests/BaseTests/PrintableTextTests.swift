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

    @Test func aMessageOfSeveralLinesKeepsThem() {
        #expect(PrintableText.lines("a\n\tb\u{1B}") == "a\n\tb?")
    }
}
