import Base

/// A piece of one line, with its place in the file.
struct Field: Equatable {
    let bytes: ArraySlice<UInt8>
    let file: String
    let line: Int

    /// A whole line; the first line has the number 1.
    init(_ line: some Sequence<UInt8>, line number: Int, file: String) {
        self.init(bytes: Array(line)[...], line: number, file: file)
    }

    private init(bytes: ArraySlice<UInt8>, line: Int, file: String) {
        self.bytes = bytes
        self.line = line
        self.file = file
    }

    /// A part of this piece.
    func part(_ bytes: ArraySlice<UInt8>) -> Field { Field(bytes: bytes, line: line, file: file) }

    /// The lines of a file; a line feed ends one.
    static func lines(of content: [UInt8], file: String) -> [Field] {
        SectionFile.lines(of: content).enumerated().map { Field($1, line: $0 + 1, file: file) }
    }

    /// In bytes, starting at 1.
    var column: Int { bytes.startIndex + 1 }
    var isEmpty: Bool { bytes.isEmpty }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Without C's white space at both ends.
    var trimmed: Field { part(SectionFile.trimmed(bytes)) }

    /// The pieces between separators; at least one, and some may be empty.
    func split(_ separator: Character) -> [Field] {
        let byte = separator.asciiValue
        return bytes.split(omittingEmptySubsequences: false) { $0 == byte }.map(part)
    }

    /// The texts before and after the first `=`, trimmed; nil if there is none.
    var assignment: (name: Field, value: Field)? {
        SectionFile.assignment(bytes).map { (name: part($0.name), value: part($0.value)) }
    }

    /// Whether a trimmed line is a heading.
    var isHeading: Bool { SectionFile.heading(bytes) != nil }

    /// Without its first and last byte.
    var inside: Field { part(bytes.dropFirst().dropLast()) }

    /// The decimal number, digits only, if it fits.
    var number: Int? { Decimal.number(bytes).flatMap { Int(exactly: $0) } }

    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}

extension Field {
    var isUTF8: Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// Whether a trimmed line is blank or a comment.
    var isBlankOrComment: Bool { SectionFile.isBlankOrComment(bytes) }

    /// A diagnostic at the place of this piece.
    func diagnostic(_ severity: Diagnostic.Severity, _ message: String) -> Diagnostic {
        Diagnostic(severity: severity, file: file, line: line, column: column, message: message)
    }
}
