import Base

/// The lines of which `--check` says no warning, because their author has written `# check: ok` behind or above them. At a
/// heading it is meant for the whole section.
struct SilencedLines: Equatable {
    private struct Line: Hashable {
        let file: String
        let number: Int
    }

    private var lines: Set<Line> = []
    /// The line above was a mark.
    private var isNext = false
    /// The heading of this section has a mark.
    private var isSection = false

    /// Takes note of a mark in a trimmed line, and takes it off.
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

    /// Goes into a file that another one includes: no mark reaches into it, and none out of it.
    ///
    /// - Returns: what `leaveFile` is to be given.
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

    /// Where a mark begins: a `#` at the beginning or behind a blank, `check: ok`, then nothing or a reason. What
    /// has a quote behind it may be within quotes.
    private static func mark(in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.indices.last { place in
            guard bytes[place] == UInt8(ascii: "#"), place == bytes.startIndex || SectionFile.isSpace(bytes[place - 1])
            else { return false }
            var words = bytes[(place + 1)...].split(whereSeparator: SectionFile.isSpace).map { text(of: $0) }
            // Blanks around the colon do not matter.
            if words.count > 1, words[1] == ":" { words.replaceSubrange(0...1, with: [words[0] + ":"]) }
            if let first = words.first, first.hasPrefix("check:ok") {
                words.replaceSubrange(0...0, with: ["check:", String(first.dropFirst("check:".count))])
            }
            return words.first == "check:" && words.count > 1 && isOK(words[1])
                && !words.joined().contains { $0 == "\"" || $0 == "'" }
        }
    }

    /// `ok`, perhaps with a sign behind it that parts it from a reason.
    private static func isOK(_ word: String) -> Bool {
        guard let rest = word.hasPrefix("ok") ? word.dropFirst(2) : nil else { return false }
        return rest.isEmpty || rest == "," || rest == ";" || rest == "." || rest == ":"
    }

    private static func text(of bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
