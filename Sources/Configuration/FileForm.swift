import Base

/// The encoding and the line ends of a whole file, which editors and other systems may change.
struct FileForm {
    /// The lines, without a byte order mark; empty if the encoding is not supported.
    let lines: [Field]
    /// The fault of the whole file.
    let diagnostic: Diagnostic?

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(_ content: [UInt8], file: String) {
        func error(_ message: String, line: Int = 1, column: Int = 1) -> Diagnostic {
            Diagnostic(severity: .error, file: file, line: line, column: column, message: message)
        }
        if let encoding = Self.wideEncoding(of: content) {
            lines = []
            diagnostic = error(
                "the file is in \(encoding); save it as UTF-8, or run iconv -f \(encoding) -t UTF-8")
            return
        }
        let all = Field.lines(of: content, file: file)
        if Self.hasCarriageReturnsAlone(content) {
            lines = []
            diagnostic = error(
                "the lines end with a carriage return alone, so that all of the file is one line; save it with the "
                    + "line ends of Unix, or run tr '\\r' '\\n'")
            return
        }
        guard content.starts(with: Self.mark), let first = all.first else {
            (lines, diagnostic) = (all, nil)
            return
        }
        lines = [first.part(first.bytes.dropFirst(Self.mark.count))] + all.dropFirst()
        diagnostic = error(
            "the file begins with a byte order mark (BOM); save it as UTF-8 without one, or run "
                + "sed -i '1s/^\\xEF\\xBB\\xBF//'")
    }

    /// The name of the encoding if it is UTF-16 or UTF-32. Without a byte order mark this is detected only if the first
    /// characters are ASCII.
    private static func wideEncoding(of content: [UInt8]) -> String? {
        let start = Array(content.prefix(4))
        if start == [0xFF, 0xFE, 0, 0] || start == [0, 0, 0xFE, 0xFF] { return "UTF-32" }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            return content.count.isMultiple(of: 2) ? "UTF-16" : nil
        }
        guard start.count == 4 else { return nil }
        let zeros = start.map { $0 == 0 }
        if zeros == [false, true, true, true] { return "UTF-32LE" }
        if zeros == [true, true, true, false] { return "UTF-32BE" }
        if zeros == [false, true, false, true] { return "UTF-16LE" }
        return zeros == [true, false, true, false] ? "UTF-16BE" : nil
    }

    /// Whether only carriage returns separate the lines, and a line after the first has content.
    private static func hasCarriageReturnsAlone(_ content: [UInt8]) -> Bool {
        let feed = UInt8(ascii: "\n")
        guard content.contains(UInt8(ascii: "\r")) else { return false }
        if let place = content.firstIndex(of: feed), content[place...].contains(where: { !SectionFile.isSpace($0) }) {
            return false
        }
        let pieces = content.split(separator: UInt8(ascii: "\r")).map { Field($0, line: 1, file: "").trimmed }
        return pieces.dropFirst().contains { !$0.isBlankOrComment }
    }
}
