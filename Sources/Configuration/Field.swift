/// A piece of one line, which knows where it stands.
struct Field: Equatable {
    let bytes: ArraySlice<UInt8>
    let file: String
    let line: Int

    /// A whole line; lines are counted from 1.
    init(_ line: some Sequence<UInt8>, line number: Int, file: String) {
        self.init(bytes: Array(line)[...], line: number, file: file)
    }

    private init(bytes: ArraySlice<UInt8>, line: Int, file: String) {
        self.bytes = bytes
        self.line = line
        self.file = file
    }

    /// A piece of this piece.
    func part(_ bytes: ArraySlice<UInt8>) -> Field { Field(bytes: bytes, line: line, file: file) }

    /// The lines of a file; a line feed ends one.
    static func lines(of content: [UInt8], file: String) -> [Field] {
        content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().map {
            Field($1, line: $0 + 1, file: file)
        }
    }

    /// In bytes, counted from 1.
    var column: Int { bytes.startIndex + 1 }
    var isEmpty: Bool { bytes.isEmpty }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Without C's white space at both ends.
    var trimmed: Field {
        var rest = bytes
        while let first = rest.first, Field.isSpace(first) { rest.removeFirst() }
        while let last = rest.last, Field.isSpace(last) { rest.removeLast() }
        return part(rest)
    }

    /// The pieces between separators; at least one, some perhaps empty.
    func split(_ separator: Character) -> [Field] {
        let byte = separator.asciiValue
        return bytes.split(omittingEmptySubsequences: false) { $0 == byte }.map(part)
    }

    /// What stands before and after the first occurrence of a separator, if there is one.
    func splitOnce(_ separator: Character) -> (before: Field, after: Field)? {
        guard let place = bytes.firstIndex(where: { $0 == separator.asciiValue }) else { return nil }
        return (part(bytes[..<place]), part(bytes[(place + 1)...]))
    }

    /// Without its first and last byte.
    var inside: Field { part(bytes.dropFirst().dropLast()) }

    /// The decimal number, digits only, if it fits.
    var number: Int? {
        guard !bytes.isEmpty, bytes.allSatisfy(Field.isDigit) else { return nil }
        return Int(text)
    }

    static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9") }
    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension Field {
    /// Whether the bytes are text.
    var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// Whether a trimmed line says nothing.
    var isBlankOrComment: Bool { bytes.isEmpty || bytes.first == UInt8(ascii: "#") }

    /// What is said about this piece.
    func diagnostic(_ severity: Diagnostic.Severity, _ message: String) -> Diagnostic {
        Diagnostic(severity: severity, file: file, line: line, column: column, message: message)
    }
}
