import Testing

@testable import KernelRules

struct RulesTextTests {
    private func comment(_ text: String) -> [String] {
        var rules = RulesText()
        rules.comment(text)
        return rules.lines
    }

    @Test func aCommentIsWrapped() {
        let lines = comment(Array(repeating: "knock", count: 50).joined(separator: " "))
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.hasPrefix("# knock") && $0.count <= 112 })
    }

    @Test(arguments: [
        "\n", "\r\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{2029}", "\u{B}", "\u{1B}[2K", "\u{202E}", "\\",
    ])
    func nothingEndsAComment(text: String) {
        let lines = comment("a\(text)-A INPUT -j ACCEPT")
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("# a?") == true)
        #expect(lines.first?.contains(text) == false)
    }

    @Test func aCommentIsNoLongerThanIptablesRestoreReadsALine() {
        #expect(comment(String(repeating: "x", count: 20_000)).allSatisfy { $0.utf8.count < 10_000 })
        #expect(comment(String(repeating: "\u{1F511}", count: 20_000)).allSatisfy { $0.utf8.count < 10_000 })
    }

    @Test func blocksAreIndented() {
        var text = RulesText()
        text.block("table a") { text in text.block("chain b") { text in text.rule("accept") } }
        #expect(text.lines == ["table a {", "    chain b {", "        accept", "    }", "}"])
    }
}
