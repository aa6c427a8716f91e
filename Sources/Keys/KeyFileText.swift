import Base

/// A piece of one line of a key file, with its position. It shares the file's memory, so no secret is copied.
struct KeyFileText {
    let bytes: ArraySlice<UInt8>
    /// Counted from 1.
    let line: Int
    /// The offset of the line in the file.
    private let lineStart: Int

    /// The lines of a file, separated by line feeds.
    static func lines(of content: [UInt8]) -> [KeyFileText] {
        SectionFile.lines(of: content).enumerated().map {
            KeyFileText(bytes: $1, line: $0 + 1, lineStart: $1.startIndex)
        }
    }

    private init(bytes: ArraySlice<UInt8>, line: Int, lineStart: Int) {
        self.bytes = bytes
        self.line = line
        self.lineStart = lineStart
    }

    private func part(_ bytes: ArraySlice<UInt8>) -> KeyFileText {
        KeyFileText(bytes: bytes, line: line, lineStart: lineStart)
    }

    /// Counted in bytes from 1.
    var column: Int { bytes.startIndex - lineStart + 1 }

    /// The piece as a string. Not for secrets, since it makes a copy.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text as a message may quote it. A text longer than 32 bytes is not quoted, since it may be a misplaced
    /// secret.
    var quoted: String { bytes.count <= 32 ? "'\(text)'" : "this" }

    /// Whether a trimmed line is blank or a comment.
    var isBlankOrComment: Bool { SectionFile.isBlankOrComment(bytes) }

    /// The piece without C's white space at either end.
    var trimmed: KeyFileText { part(SectionFile.trimmed(bytes)) }

    /// A trimmed comment without its `#`.
    var withoutMark: KeyFileText { part(bytes.dropFirst()).trimmed }

    /// The piece up to the first blank.
    var word: KeyFileText { part(bytes.prefix { !SectionFile.isSpace($0) }) }

    /// The text between the brackets of a trimmed heading line; nil if the line is not a heading.
    var heading: KeyFileText? { SectionFile.heading(bytes).map(part) }

    /// The trimmed text before and after the first `=`; nil if there is none.
    var assignment: (name: KeyFileText, value: KeyFileText)? {
        SectionFile.assignment(bytes).map { (name: part($0.name), value: part($0.value)) }
    }

    /// The text after a word and blanks; nil if the piece does not begin with them.
    func after(_ word: String) -> KeyFileText? {
        guard bytes.starts(with: word.utf8) else { return nil }
        let rest = bytes.dropFirst(word.utf8.count)
        guard rest.first.map(SectionFile.isSpace) == true else { return nil }
        let trimmed = SectionFile.trimmed(rest)
        // If only blanks follow, messages point to the first of them.
        return part(trimmed.isEmpty ? rest.prefix(0) : trimmed)
    }

    /// A decimal number from 1 to `greatest`, without leading zeros; nil for any other text.
    func number(upTo greatest: Int) -> Int? {
        guard bytes.first != UInt8(ascii: "0"), let number = Decimal.number(bytes).flatMap({ Int(exactly: $0) }),
            number <= greatest
        else { return nil }
        return number
    }
}
