import Base

/// The lines whose warnings `--check` leaves out, because of `# check: ok` behind or above them. At a heading the mark
/// is valid for the whole section.
struct SilencedLines: Equatable {
    private struct Line: Hashable {
        let file: String
        let number: Int
    }

    private var lines: Set<Line> = []
    /// Whether the line above was a mark.
    private var isNext = false
    /// Whether the heading of this section has a mark.
    private var isSection = false

    /// Notes a mark in a trimmed line, and removes it.
    mutating func withoutMark(_ line: Field) -> Field {
        let start = Self.mark(in: line.bytes)
        if start == line.bytes.startIndex {
            isNext = true
            return line
        }
        if line.isBlankOrComment { return line }
        let rest = start.map { line.part(line.bytes[..<$0]).trimmed } ?? line
        let isMarked = start != nil || isNext
        isNext = false
        if rest.isHeading { isSection = isMarked }
        if isMarked || isSection { lines.insert(Line(file: line.file, number: line.line)) }
        return rest
    }

    /// Enters an included file. Marks of the including file are not valid in it, nor the other way round.
    ///
    /// - Returns: the argument for `leaveFile`.
    mutating func enterFile() -> Bool {
        defer { (isNext, isSection) = (false, false) }
        return isSection
    }

    mutating func leaveFile(_ wasSection: Bool) {
        (isNext, isSection) = (false, wasSection)
    }

    func contains(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.severity == .warning && lines.contains(Line(file: diagnostic.file, number: diagnostic.line))
    }

    /// The start of a mark: a `#` at the start of the line or behind a blank, then `check: ok`, then nothing or a
    /// reason. Text with a quote in it is no mark, since it may be within quotes.
    private static func mark(in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.last { place in
            guard bytes[place] == UInt8(ascii: "#"), place == bytes.startIndex || SectionFile.isSpace(bytes[place - 1])
            else { return false }
            var words = bytes[(place + 1)...].split(whereSeparator: SectionFile.isSpace).map { text(of: $0) }
            // Allow blanks around the colon.
            if words.count > 1, words[1] == ":" { words.replaceSubrange(0...1, with: [words[0] + ":"]) }
            if let first = words.first, first.hasPrefix("check:ok") {
                words.replaceSubrange(0...0, with: ["check:", String(first.dropFirst("check:".count))])
            }
            return words.first == "check:" && words.count > 1 && isOK(words[1])
                && !words.joined().contains { $0 == "\"" || $0 == "'" }
        }
    }

    /// Whether a word is `ok`, possibly with a punctuation mark before a reason.
    private static func isOK(_ word: String) -> Bool {
        guard let rest = word.hasPrefix("ok") ? word.dropFirst(2) : nil else { return false }
        return rest.isEmpty || rest == "," || rest == ";" || rest == "." || rest == ":"
    }

    private static func text(of bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
