import Base
import Testing

struct SectionFileTests {
    private func slice(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
    private func text(_ slice: ArraySlice<UInt8>) -> String { String(decoding: slice, as: UTF8.self) }

    @Test(
        arguments: [
            ("", [""]), ("a", ["a"]), ("a\n", ["a", ""]), ("\n\na\r\n", ["", "", "a\r", ""]), ("a\rb", ["a\rb"]),
        ] as [(String, [String])])
    func aLineFeedEndsALine(content: String, lines: [String]) {
        #expect(SectionFile.lines(of: Array(content.utf8)).map { text($0) } == lines)
    }

    @Test func aPieceKnowsItsPlaceInTheFile() throws {
        let lines = SectionFile.lines(of: Array("[a]\n b = c \n".utf8))
        let line = SectionFile.trimmed(lines[1])
        let (name, value) = try #require(SectionFile.assignment(line))
        #expect([line, name, value].map(\.startIndex) == [5, 5, 9])
    }

    @Test(arguments: [
        ("abc", "abc", 0), ("  abc", "abc", 2), ("abc  ", "abc", 0), ("\t a b \r", "a b", 2),
        ("\u{0B}\u{0C}x\u{0B}", "x", 2), ("\u{A0}x", "\u{A0}x", 0), ("", "", 0), (" \t", "", 2), ("\0", "\0", 0),
    ])
    func trimmingTakesWhiteSpaceOffBothEnds(piece: String, rest: String, start: Int) {
        let trimmed = SectionFile.trimmed(slice(piece))
        #expect(text(trimmed) == rest)
        #expect(trimmed.startIndex == start)
    }

    @Test(arguments: [("", true), ("#", true), ("# a = b", true), ("a # b", false), (";", false), ("[a]", false)])
    func aCommentBeginsWithItsMark(line: String, saysNothing: Bool) {
        #expect(SectionFile.isBlankOrComment(slice(line)) == saysNothing)
    }

    @Test(
        arguments: [
            ("[a]", "a"), ("[]", ""), ("[ a ]", " a "), ("[a][b]", "a][b"), ("[a] # b]", "a] # b"), ("[", nil),
            ("]", nil), ("[a", nil), ("a]", nil), ("[a]x", nil), ("", nil),
        ] as [(String, String?)])
    func aHeadingStandsInBrackets(line: String, heading: String?) {
        #expect(SectionFile.heading(slice(line)).map { text($0) } == heading)
    }

    @Test(arguments: [
        ("a=b", "a", "b"), ("a = b = c", "a", "b = c"), ("a =", "a", ""), ("= b", "", "b"), ("=", "", ""),
        ("a\t=\u{0B}b", "a", "b"), ("a b = c d", "a b", "c d"),
    ])
    func theFirstEqualSignAssigns(line: String, name: String, value: String) throws {
        let assignment = try #require(SectionFile.assignment(slice(line)))
        #expect(text(assignment.name) == name)
        #expect(text(assignment.value) == value)
    }

    @Test func withoutAnEqualSignNothingIsAssigned() {
        #expect(SectionFile.assignment(slice("a: b")) == nil)
    }
}
