/// What knockd.conf, files of one-time sequences and key files have in common: a line is blank, a comment, a `[section]` or
/// `name = value`. What else a line may be, and what is wrong with one, differs.
///
/// All pieces are slices of the content: a secret is not copied, and the indices say where a piece stands.
package enum SectionFile {
    /// The lines of a file; a line feed ends one.
    package static func lines(of content: [UInt8]) -> [ArraySlice<UInt8>] {
        content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }

    /// Without white space at both ends. Of white space alone nothing is left, at its end.
    package static func trimmed(_ piece: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let rest = piece.drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return rest }
        return rest[...last]
    }

    /// Whether a trimmed line says nothing.
    package static func isBlankOrComment(_ line: ArraySlice<UInt8>) -> Bool {
        line.isEmpty || line.first == UInt8(ascii: "#")
    }

    /// What stands between the brackets of a trimmed line that is a heading.
    package static func heading(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard line.count > 1, line.first == UInt8(ascii: "["), line.last == UInt8(ascii: "]") else { return nil }
        return line.dropFirst().dropLast()
    }

    /// What stands before and after the first `=`, trimmed; nil if there is none.
    package static func assignment(_ line: ArraySlice<UInt8>) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
        guard let place = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return (trimmed(line[..<place]), trimmed(line[(place + 1)...]))
    }

    /// White space as C knows it, whatever the locale.
    package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
