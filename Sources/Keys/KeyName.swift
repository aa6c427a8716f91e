/// The name of a key or of its server: 1 to 64 bytes of `A–Z a–z 0–9 . _ -`, of which the first is a letter or a digit.
/// Names are compared as bytes.
package struct KeyName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    /// Nil if the text is not a valid name.
    package init?(_ text: String) {
        guard Self.isName(text.utf8, longest: KeysLimits.nameBytes) else { return nil }
        description = text
    }

    package static func < (left: KeyName, right: KeyName) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    /// Whether these bytes are a valid name of a key, of a server, or of a door that accepts signed knocks. Such a name
    /// is not `.`, `..` or a hidden file, and not an option of a command.
    package static func isName(_ bytes: some Collection<UInt8>, longest: Int = .max) -> Bool {
        guard let first = bytes.first, bytes.count <= longest else { return false }
        return isLetterOrDigit(first) && bytes.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// The rule for names, for messages that say what to write.
    package static let rule = "letters, digits, dots, underscores or dashes, the first a letter or a digit"
}
