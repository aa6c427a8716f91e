/// Base64 (RFC 4648, 4) as in key files: each secret has exactly one text.
package enum Base64 {
    /// The number of characters for this many bytes.
    package static func length(of count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Appends the Base64 text of a secret. The characters are as secret as the bytes.
    package static func append(_ secret: SecretBytes, to text: inout [UInt8]) {
        var bytes = secret.copy()
        defer { SecretBytes.wipe(&bytes) }
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let isPadding = place > group.count
                text.append(isPadding ? padding : character(UInt8(bits >> UInt32(18 - 6 * place) & 0x3F)))
            }
        }
    }

    /// The bytes of a text; nil unless there are exactly `count` and the text is canonical: no blanks, full padding,
    /// and zero in the spare bits of the last character.
    package static func decode(_ text: ArraySlice<UInt8>, count: Int) -> SecretBytes? {
        let paddingCount = (3 - count % 3) % 3
        guard count > 0, text.count == length(of: count), text.suffix(paddingCount).allSatisfy({ $0 == padding })
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        defer { SecretBytes.wipe(&bytes) }
        var (bits, bitCount): (UInt32, Int) = (0, 0)
        for character in text.dropLast(paddingCount) {
            guard let value = value(character) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
                bits &= (1 << UInt32(bitCount)) - 1
            }
        }
        return bits == 0 ? SecretBytes(taking: &bytes) : nil
    }

    private static let padding = UInt8(ascii: "=")

    private static func character(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    private static func value(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
