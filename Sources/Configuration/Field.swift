/// A piece of one line, which knows where it stands.
struct Field {
    let bytes: ArraySlice<UInt8>
    let line: Int

    /// In bytes, counted from 1.
    var column: Int { bytes.startIndex + 1 }
    var isEmpty: Bool { bytes.isEmpty }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Without C's white space at both ends.
    var trimmed: Field {
        var rest = bytes
        while let first = rest.first, Field.isSpace(first) { rest.removeFirst() }
        while let last = rest.last, Field.isSpace(last) { rest.removeLast() }
        return Field(bytes: rest, line: line)
    }

    /// The pieces between separators; at least one, some perhaps empty.
    func split(_ separator: Character) -> [Field] {
        let byte = separator.asciiValue
        return bytes.split(omittingEmptySubsequences: false) { $0 == byte }.map { Field(bytes: $0, line: line) }
    }

    /// What stands before and after the first occurrence of a separator, if there is one.
    func splitOnce(_ separator: Character) -> (before: Field, after: Field)? {
        guard let place = bytes.firstIndex(where: { $0 == separator.asciiValue }) else { return nil }
        return (Field(bytes: bytes[..<place], line: line), Field(bytes: bytes[(place + 1)...], line: line))
    }

    /// Without its first and last byte.
    var inside: Field { Field(bytes: bytes.dropFirst().dropLast(), line: line) }

    /// The decimal number, digits only, if it fits.
    var number: Int? {
        guard !bytes.isEmpty, bytes.allSatisfy(Field.isDigit) else { return nil }
        return Int(text)
    }

    static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9") }
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension Field {
    /// Whether the bytes are text.
    var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }
}
