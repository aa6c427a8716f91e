/// The name of a key, or of the server that it is for: 1 to 64 bytes, all of `A–Z a–z 0–9 . _ -`, compared as bytes.
package struct KeyName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// In bytes.
    package static let longest = 64

    package let description: String

    /// Nil for a text that cannot be such a name.
    package init?(_ text: String) {
        guard Self.isAllowed(text, longest: Self.longest) else { return nil }
        description = text
    }

    package static func < (left: KeyName, right: KeyName) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    /// Whether a text has 1 to `longest` bytes, all of `A–Z a–z 0–9 . _ -`.
    package static func isAllowed(_ text: String, longest: Int) -> Bool {
        (1...longest).contains(text.utf8.count) && text.utf8.allSatisfy(isAllowed)
    }

    /// Whether a byte may stand in the names of keys, servers and doors that take signed knocks.
    package static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
