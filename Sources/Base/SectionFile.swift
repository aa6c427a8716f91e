/// The line syntax that knockd.conf, one-time sequence files and key files share: blank lines, comments, `[section]`
/// headings and `name = value`. Each reader decides which other lines it allows and what is an error.
///
/// All pieces are slices of the content, so no secret is copied and each piece's indices give its position.
package enum SectionFile {
    /// The lines of a file, separated by line feeds.
    package static func lines(of content: [UInt8]) -> [ArraySlice<UInt8>] {
        content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// The piece without white space at either end; white space alone becomes an empty slice at its end.
    package static func trimmed(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let rest = piece.drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return rest }
        return rest[...last]
    }

    /// Whether a trimmed line is blank or a comment.
    package static func isBlankOrComment(_ line: ArraySlice<UInt8>) -> Bool {
        line.isEmpty || line.first == UInt8(ascii: "#")
    }

    /// The text between the brackets of a trimmed heading line; nil if the line is not a heading.
    package static func heading(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard line.count > 1, line.first == UInt8(ascii: "["), line.last == UInt8(ascii: "]") else { return nil }
        return line.dropFirst().dropLast()
    }

    /// The trimmed text before and after the first `=`; nil if there is none.
    package static func assignment(_ line: ArraySlice<UInt8>) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
        guard let place = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return (trimmed(line[..<place]), trimmed(line[(place + 1)...]))
    }

    /// White space as in C's default locale.
    package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
