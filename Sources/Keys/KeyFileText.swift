import Base

/// A piece of one line of a key file, which knows where it stands. It shares the file's memory: a secret is not copied.
struct KeyFileText {
    let bytes: ArraySlice<UInt8>
    /// Counted from 1.
    let line: Int
    /// Where the line begins in the file.
    private let lineStart: Int

    /// The lines of a file; a line feed ends one.
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

    /// In bytes, counted from 1.
    var column: Int { bytes.startIndex - lineStart + 1 }

    /// Not for a secret.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The text as a message may quote it: what is as long as a secret may be one, in the wrong place.
    var quoted: String { bytes.count <= 32 ? "'\(text)'" : "this" }

    /// Whether a trimmed line says nothing.
    var isBlankOrComment: Bool { SectionFile.isBlankOrComment(bytes) }

    /// Without C's white space at both ends.
    var trimmed: KeyFileText { part(SectionFile.trimmed(bytes)) }

    /// A trimmed comment without its mark.
    var withoutMark: KeyFileText { part(bytes.dropFirst()).trimmed }

    /// What stands before the first blank.
    var word: KeyFileText { part(bytes.prefix { !SectionFile.isSpace($0) }) }

    /// What stands between the brackets of a trimmed line that is a heading.
    var heading: KeyFileText? { SectionFile.heading(bytes).map(part) }

    /// What stands before and after the first `=`, trimmed.
    var assignment: (name: KeyFileText, value: KeyFileText)? {
        SectionFile.assignment(bytes).map { (name: part($0.name), value: part($0.value)) }
    }

    /// What follows a word and blanks; nil if it begins otherwise.
    func after(_ word: String) -> KeyFileText? {
        guard bytes.starts(with: word.utf8) else { return nil }
        let rest = bytes.dropFirst(word.utf8.count)
        guard rest.first.map(SectionFile.isSpace) == true else { return nil }
        let trimmed = SectionFile.trimmed(rest)
        // Of blanks alone a message names the first.
        return part(trimmed.isEmpty ? rest.prefix(0) : trimmed)
    }

    /// The decimal number from 1 up to `greatest`, written without zeros before it.
    func number(upTo greatest: Int) -> Int? {
        guard bytes.first != UInt8(ascii: "0"), let number = Decimal.number(bytes).flatMap({ Int(exactly: $0) }),
            number <= greatest
        else { return nil }
        return number
    }
}
