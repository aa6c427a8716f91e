import Base

/// Finds comments behind values. knockd has no such comments, but it reads a number only up to the first character that
/// is no digit, so files with comments work there.
extension Field {
    /// The value, and the comment behind it if there is one. A value that may hold a `#` has none.
    func withoutComment(_ kind: ValueKind) -> (value: Field, comment: Field?) {
        guard let place = commentPlace(kind) else { return (self, nil) }
        return (part(bytes[..<place]).trimmed, part(bytes[place...]))
    }

    private func commentPlace(_ kind: ValueKind) -> Int? {
        switch kind {
        case .plain: bytes.firstIndex(of: Self.hash)
        // The kernel accepts `eth#0` as a name, but no name with a blank.
        case .interfaces:
            bytes.indices.first {
                bytes[$0] == Self.hash && ($0 == bytes.startIndex || SectionFile.isSpace(bytes[$0 - 1]))
            }
        case .path, .command: nil
        }
    }

    /// A heading and the comment behind it. As in knockd, a line that ends with a bracket is a heading as a whole.
    var headingWithoutComment: (heading: Field, comment: Field)? {
        guard bytes.first == UInt8(ascii: "["), bytes.last != UInt8(ascii: "]") else { return nil }
        for place in bytes.indices where bytes[place] == Self.hash {
            let heading = part(bytes[..<place]).trimmed
            if heading.bytes.last == UInt8(ascii: "]") { return (heading, part(bytes[place...])) }
        }
        return nil
    }

    /// The part from a ` #` on, in a value that may hold one; the author may have meant a comment.
    var doubtfulComment: Field? {
        let place = bytes.indices.first {
            bytes[$0] == Self.hash && $0 > bytes.startIndex && SectionFile.isSpace(bytes[$0 - 1])
        }
        return place.map { part(bytes[$0...]) }
    }

    /// The text between quotes, if one pair of them encloses the whole value.
    var unquoted: Field? {
        guard bytes.count > 1, let quote = bytes.first, bytes.last == quote,
            quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"), !inside.bytes.contains(quote)
        else { return nil }
        return inside
    }

    /// The warning about a removed comment.
    func takenOff() -> Diagnostic {
        diagnostic(
            .warning, "the comment '\(text)' is taken off the value; write a comment on a line of its own")
    }

    private static let hash = UInt8(ascii: "#")
}
