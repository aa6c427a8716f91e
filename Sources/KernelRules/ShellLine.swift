import Base

/// A command line, split into simple commands and their words as a POSIX shell does. Nothing is expanded: words that a
/// shell would change are marked.
struct ShellLine {
    struct Word: Equatable {
        /// The word as written, with its quotes.
        let raw: String
        /// The word without its quotes.
        let text: String
        /// Whether a shell would make exactly `text` of it.
        let isLiteral: Bool
    }

    struct Command: Equatable {
        let words: [Word]
        /// Whether the shell does not wait for it.
        fileprivate(set) var isInBackground = false
    }

    private(set) var commands: [Command] = []
    /// Whether the line contains more than the words of simple commands: connectors, groups, redirections or a comment.
    private(set) var hasMore = false

    private let bytes: [UInt8]
    private var place = 0
    private var words: [Word] = []
    /// Whether the next word is the file of a redirection.
    private var isRedirecting = false
    /// The index of the first command of the list that a `&` would run in the background, for each open group.
    private var listStarts = [0]

    init(_ text: String) {
        bytes = Array(text.utf8)
        while let byte = next {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): place += 1
            case UInt8(ascii: "#"):
                hasMore = true
                place = bytes.count
            case UInt8(ascii: "<"), UInt8(ascii: ">"): takeRedirection()
            case _ where Self.endsWord(byte): takeConnector(byte)
            default: takeWord()
            }
        }
        endCommand()
    }

    /// The words of a line that is one simple command and that a shell would not change; nil for other lines.
    var plainWords: [Word]? {
        guard !hasMore, commands.count == 1, commands[0].words.allSatisfy(\.isLiteral) else { return nil }
        return commands[0].words
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private static func endsWord(_ byte: UInt8) -> Bool { " \t\n;|&()<>".utf8.contains(byte) }

    // MARK: Between words

    private mutating func takeConnector(_ byte: UInt8) {
        hasMore = true
        place += 1
        let isDoubled = next == byte && (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|"))
        if isDoubled { place += 1 }
        // Bash's `&> FILE`.
        if byte == UInt8(ascii: "&"), !isDoubled, next == UInt8(ascii: ">") { return }
        endCommand()
        switch byte {
        case UInt8(ascii: "("): listStarts.append(commands.count)
        case UInt8(ascii: ")"): closeGroup()
        case UInt8(ascii: "&") where !isDoubled:
            for number in listStarts[listStarts.count - 1]..<commands.count { commands[number].isInBackground = true }
            listStarts[listStarts.count - 1] = commands.count
        case UInt8(ascii: ";"), UInt8(ascii: "\n"): listStarts[listStarts.count - 1] = commands.count
        default: break
        }
    }

    private mutating func closeGroup() {
        if listStarts.count > 1 { listStarts.removeLast() }
    }

    private mutating func takeRedirection() {
        hasMore = true
        while let byte = next, "<>&|".utf8.contains(byte) { place += 1 }
        isRedirecting = true
    }

    private mutating func endCommand() {
        isRedirecting = false
        if words.isEmpty { return }
        commands.append(Command(words: words))
        words = []
    }

    // MARK: Words

    private mutating func takeWord() {
        let start = place
        var text: [UInt8] = []
        var isLiteral = next != UInt8(ascii: "~")
        while let byte = next, !Self.endsWord(byte) {
            place += 1
            switch byte {
            case UInt8(ascii: "'"):
                while let quoted = next, quoted != byte {
                    text.append(quoted)
                    place += 1
                }
                closeQuote()
            case UInt8(ascii: "\""): isLiteral = takeDoubleQuoted(into: &text) && isLiteral
            case UInt8(ascii: "\\"):
                if let escaped = next { text.append(escaped) }
                closeQuote()
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                isLiteral = false
                takeExpansion(byte)
            default:
                if "*?[".utf8.contains(byte) { isLiteral = false }
                text.append(byte)
            }
        }
        add(
            Word(
                raw: String(decoding: bytes[start..<place], as: UTF8.self), text: String(decoding: text, as: UTF8.self),
                isLiteral: isLiteral))
    }

    /// Skips the byte that ends a quotation; without one, a shell would read on.
    private mutating func closeQuote() {
        if place < bytes.count { place += 1 } else { hasMore = true }
    }

    /// - Returns: whether a shell would leave the quoted text unchanged.
    private mutating func takeDoubleQuoted(into text: inout [UInt8]) -> Bool {
        var isLiteral = true
        while let byte = next, byte != UInt8(ascii: "\"") {
            place += 1
            switch byte {
            case UInt8(ascii: "\\"):
                guard let escaped = next else { break }
                if !"$`\"\\".utf8.contains(escaped) { text.append(byte) }
                text.append(escaped)
                place += 1
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                isLiteral = false
                takeExpansion(byte)
            default: text.append(byte)
            }
        }
        closeQuote()
        return isLiteral
    }

    /// Skips `$(…)`, `${…}` or a text between backquotes. A plain `$NAME` needs no skipping: its characters are
    /// ordinary ones.
    private mutating func takeExpansion(_ opener: UInt8) {
        if opener == UInt8(ascii: "`") {
            while let byte = next, byte != opener { place += 1 }
            return closeQuote()
        }
        guard next == UInt8(ascii: "(") || next == UInt8(ascii: "{") else { return }
        var depth = 0
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            if depth == 0 { return }
        }
        hasMore = true
    }

    private mutating func add(_ word: Word) {
        if isRedirecting {
            isRedirecting = false
        } else if next == UInt8(ascii: "<") || next == UInt8(ascii: ">"), Decimal.isNumber(word.raw) {
            return  // a descriptor's number
        } else if words.isEmpty, word.raw == "{" {
            hasMore = true
            listStarts.append(commands.count)
        } else if words.isEmpty, word.raw == "}" {
            closeGroup()
        } else {
            words.append(word)
        }
    }
}
