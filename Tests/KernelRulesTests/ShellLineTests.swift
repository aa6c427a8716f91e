import Testing

@testable import KernelRules

struct ShellLineTests {
    private func words(_ line: String) -> [[String]] { ShellLine(line).commands.map { $0.words.map(\.text) } }

    @Test func wordsAreWhatAShellMakesOfThem() {
        #expect(words("a  'b c' \"d'e\" f\\ g h'i'\"j\" {") == [["a", "b c", "d'e", "f g", "hij", "{"]])
        #expect(words("\"a\\\"b\\c\\$\" ''") == [["a\"b\\c$", ""]])
        #expect(words("") == [])
    }

    @Test func commandsAreCutAtConnectors() {
        #expect(words("a b;c&&d||e|f&g") == [["a", "b"], ["c"], ["d"], ["e"], ["f"], ["g"]])
        #expect(words("(a; b) && { c; }") == [["a"], ["b"], ["c"]])
        #expect(words("a # b; c") == [["a"]])
        #expect(words("a#b 'c;d' \"e&f\" g\\;h") == [["a#b", "c;d", "e&f", "g;h"]])
    }

    @Test func redirectionsAreNoWords() {
        #expect(words("a >x 2>&1 <y b >>z") == [["a", "b"]])
        #expect(words("a &>x; c") == [["a"], ["c"]])
        #expect(words("a 2 >x") == [["a", "2"]])
    }

    @Test func whatIsExpandedIsNotLiteral() {
        for line in ["$x", "`a b`", "\"$x\"", "$(a; b)", "\"$(a \"b\")\"", "${x:-a b}", "a*", "?", "[a]", "~/x"] {
            let words = ShellLine(line).commands.flatMap(\.words)
            #expect(words.count == 1 && !words[0].isLiteral, "\(line)")
        }
        for line in ["'$x'", "\\$x", "'`'", "a~", "\"*\"", "%IP%", "a=b"] {
            #expect(ShellLine(line).plainWords?.count == 1, "\(line)")
        }
    }

    @Test(arguments: ["'a", "\"a", "a \\", "$(a", "`a", "a;", "a &", "a <b", "{ a; }", "(a)", "a # b"])
    func whatIsMoreThanACommandIsKnown(line: String) {
        #expect(ShellLine(line).hasMore)
        #expect(ShellLine(line).plainWords == nil)
    }

    @Test func whatIsInTheBackgroundIsKnown() {
        let commands = ShellLine("a; b && c & d; (e; f) & g; { h; i & j; }").commands
        #expect(commands.filter(\.isInBackground).flatMap { $0.words.map(\.text) } == ["b", "c", "e", "f", "i"])
    }
}
