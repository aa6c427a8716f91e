import Base

/// The lines of a ruleset while it is written. What comes from a configuration stands in comments only, or in names that
/// `KernelDoor.tag` has made.
struct RulesText {
    /// iptables-restore reads a line of 10,240 bytes, and takes what follows for the next one.
    private static let longestComment = 1000
    private static let width = 110

    private(set) var lines: [String] = []
    private var indent = ""

    /// A comment, in lines of a readable length; each text is one paragraph.
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

    /// A command for whoever reads the comments, which is not wrapped.
    mutating func command(_ text: String) { lines.append("\(indent)#     \(text)") }

    mutating func rule(_ text: String) { lines.append(indent + text) }

    mutating func blank() {
        if lines.last != "" { lines.append("") }
    }

    /// A block of nft.
    mutating func block(_ heading: String, _ body: (inout RulesText) -> Void) {
        rule("\(heading) {")
        indent += "    "
        body(&self)
        indent.removeLast(4)
        rule("}")
    }

    /// Text that cannot end a comment: printable, and without a backslash, at which a line might go on.
    private static func harmless(_ text: String) -> String {
        printable(String(text.unicodeScalars.prefix(longestComment))).replacing("\\", with: "?")
    }

    /// Without tabs too.
    static func printable(_ text: String) -> String { PrintableText.line(text).replacing("\t", with: "?") }
}
