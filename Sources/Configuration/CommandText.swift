import Base

/// Finds characters and words in a command that the shell, or the replacement of %IP%, reads otherwise than the author
/// meant. It does not depend on what the command does.
struct CommandText {
    let command: Field
    /// Whether a file exists at a path.
    let exists: (String) -> Bool

    /// Warnings, at most one of each kind, in no order.
    var diagnostics: [Diagnostic] {
        (quotedAsAWhole ?? oddCharacters) + variables + lastBackslash
    }

    /// To a shell, `"/sbin/iptables -I INPUT"` is the name of one program.
    private var quotedAsAWhole: [Diagnostic]? {
        let words = command.unquoted.flatMap { $0.bytes.contains(where: SectionFile.isSpace) ? $0 : nil }
        guard let inner = words ?? typographicallyUnquoted, let quote = command.text.first, !exists(inner.text)
        else { return nil }
        return [
            command.diagnostic(
                .warning,
                "the quotes \(quote) around the whole command make it the name of one program; write it without them")
        ]
    }

    /// The text between typographic quotes; nil unless the first and the last character are such quotes.
    private var typographicallyUnquoted: Field? {
        let odd = command.oddCharacters
        guard let first = odd.first, let last = odd.last, odd.count > 1, first.isQuote, last.isQuote,
            first.field.bytes.startIndex == command.bytes.startIndex,
            last.field.bytes.endIndex == command.bytes.endIndex
        else { return nil }
        return command.part(command.bytes[first.field.bytes.endIndex..<last.field.bytes.startIndex])
    }

    /// Characters that a shell treats as letters. Between quotes they may be intended.
    private var oddCharacters: [Diagnostic] {
        let odd = command.oddCharacters.first { odd in
            if odd.isOther || isQuoted(odd.field.bytes.startIndex) { return false }
            return !odd.isDash || beginsWord(odd.field.bytes.startIndex)
        }
        return odd.map { [$0.field.diagnostic(.warning, "\($0.message), or put it between quotes if it is meant")] }
            ?? []
    }

    private func beginsWord(_ place: Int) -> Bool {
        place == command.bytes.startIndex || SectionFile.isSpace(command.bytes[place - 1])
    }

    /// Whether a byte is between ASCII quotes. A backslash escapes the next byte, except between `'`.
    private func isQuoted(_ place: Int) -> Bool {
        var open: UInt8?
        var isEscaped = false
        for byte in command.bytes[..<place] {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), open != UInt8(ascii: "'") {
                isEscaped = true
            } else if let quote = open {
                if byte == quote { open = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                open = byte
            }
        }
        return open != nil
    }

    private static let names = ["IP", "KEY", "DOOR", "SECONDS"]

    private var variables: [Diagnostic] {
        misspelled.map {
            [$0.written.diagnostic(.warning, "'\($0.written.text)' is not replaced; write %\($0.name)%")]
        } ?? []
    }

    /// The first misspelled placeholder, such as `%ip%`, `% IP %` or `%IP`, and the name meant; nil if there is none.
    var misspelled: (written: Field, name: String)? {
        let percent = UInt8(ascii: "%")
        let bytes = command.bytes
        var place = bytes.startIndex
        while let start = bytes[place...].firstIndex(of: percent) {
            let rest = bytes[(start + 1)...]
            let word = rest.drop { $0 == 0x20 }.prefix { Field.isLetter($0) }
            let end = bytes[word.endIndex...].drop { $0 == 0x20 }.startIndex
            let isClosed = end < bytes.endIndex && bytes[end] == percent
            let name = command.part(word).text
            let written = command.part(bytes[start..<(isClosed ? end + 1 : word.endIndex)])
            if Self.names.contains(name.uppercased()) {
                if isClosed, written.text == "%\(name.uppercased())%" {
                    place = end + 1
                    continue
                }
                // In `date +%IP` the word after the sign belongs to another program's format.
                if isClosed || word.startIndex == start + 1 && Self.names.contains(name) {
                    return (written, name.uppercased())
                }
            }
            place = start + 1
        }
        return nil
    }

    private var lastBackslash: [Diagnostic] {
        guard command.bytes.last == UInt8(ascii: "\\"), let place = command.bytes.indices.last else { return [] }
        return [
            command.part(command.bytes[place...]).diagnostic(
                .warning,
                "a command does not go on in the next line; write all of it in one line, without the backslash")
        ]
    }
}
