/// Words for a shell's command line.
package enum ShellWord {
    /// The text as one shell word, quoted where necessary.
    package static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-+@,:%=".utf8.contains(byte)
            }
        }
        if isPlain, !text.isEmpty { return text }
        if !text.unicodeScalars.allSatisfy(PrintableText.isPrintable) { return printed(text) }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// The text as a printf(1) call, for text that must not reach a terminal unescaped.
    private static func printed(_ text: String) -> String {
        let format = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "%"): return "%%"
            case 0x20..<0x7F where byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\"):
                return String(UnicodeScalar(byte))
            default:
                return "\\" + Digits.text(byte, radix: 8, atLeast: 3)
            }
        }
        return "\"$(printf '\(format.joined())')\""
    }
}
