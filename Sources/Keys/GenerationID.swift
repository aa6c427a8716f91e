import Base

/// The identity of one generation of one key for one server, 16 bytes, independent of file names.
package struct GenerationID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes, most significant first.
    package let high: UInt64
    /// The last eight bytes, most significant first.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 lower-case hexadecimal digits; nil for any other text.
    package init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 32, let bytes = Hexadecimal.bytes(digits) else { return nil }
        let number = { (half: ArraySlice<UInt8>) in half.reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
        self.init(high: number(bytes[..<8]), low: number(bytes[8...]))
    }

    /// 32 hexadecimal digits in lower case.
    package var description: String {
        Hexadecimal.text(high, digits: 16) + Hexadecimal.text(low, digits: 16)
    }

    package static func < (left: GenerationID, right: GenerationID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
