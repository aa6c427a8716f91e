import Base

/// The lines of a ruleset while it is written. Text from a configuration appears only in comments, or in names made by
/// `KernelDoor.tag`.
struct RulesText {
    /// iptables-restore reads at most 10,240 bytes as one line, and would take the rest for the next line.
    private static let longestComment = 1000
    private static let width = 110

    private(set) var lines: [String] = []
    private var indent = ""

    /// Adds a comment as one paragraph, wrapped to a readable width.
    mutating func comment(_ text: String) {
        let mark = "\(indent)#"
        var line = mark
        for word in Self.harmless(text).split(separator: " ") {
            if line != mark, line.count + word.count >= Self.width {
                lines.append(line)
                line = mark
            }
            line += " \(word)"
        }
        lines.append(line)
    }

    /// Adds a command for the reader, inside a comment and unwrapped.
    mutating func command(_ text: String) { lines.append("\(indent)#     \(text)") }

    mutating func rule(_ text: String) { lines.append(indent + text) }

    mutating func blank() {
        if lines.last != "" { lines.append("") }
    }

    /// Adds an nft block.
    mutating func block(_ heading: String, _ body: (inout RulesText) -> Void) {
        rule("\(heading) {")
        indent += "    "
        body(&self)
        indent.removeLast(4)
        rule("}")
    }

    /// Text that cannot end a comment: printable, and without a backslash, which could continue the line.
    private static func harmless(_ text: String) -> String {
        printable(String(text.unicodeScalars.prefix(longestComment))).replacing("\\", with: "?")
    }

    /// Printable text, without tabs.
    static func printable(_ text: String) -> String { PrintableText.line(text).replacing("\t", with: "?") }
}
