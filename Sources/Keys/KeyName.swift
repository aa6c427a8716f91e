/// The name of a key, or of the server that it is for: 1 to 64 bytes, all of `A–Z a–z 0–9 . _ -`, the first a letter or a
/// digit, compared as bytes.
package struct KeyName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    /// Nil for a text that cannot be such a name.
    package init?(_ text: String) {
        guard Self.isName(text.utf8, longest: KeysLimits.nameBytes) else { return nil }
        description = text
    }

    package static func < (left: KeyName, right: KeyName) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    /// Whether bytes are such a name, of a key, a server, or a door that takes signed knocks: then they are neither `.` nor
    /// `..`, no hidden file, and no option of a command.
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

    /// What a name is, for a message that says what to write.
    package static let rule = "letters, digits, dots, underscores or dashes, the first a letter or a digit"
}
