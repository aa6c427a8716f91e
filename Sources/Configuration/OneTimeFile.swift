import Base
package import Knocks
package import Linux

/// A file of sequences that each open a door once, as with knockd's `one_time_sequences`.
///
/// Each line holds one sequence in the syntax of `sequence`. Blank lines and lines whose first character is a `#` are
/// skipped. A used line becomes such a comment.
package struct OneTimeFile: Equatable, Sendable {
    /// A reason why a file cannot be used.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// The file cannot be read or written.
        case system(SystemError)
        /// Lines that are no sequence; at least one.
        case badLines([Diagnostic])
        /// The sequence to be marked is not among the file's next ones: somebody has changed the file.
        case otherNext(path: String)

        package var description: String {
            switch self {
            case .system(let error) where error.code == ReplaceableFile.isBusy:
                "\(error.subject): another process is just taking a sequence from this file; try again"
            case .system(let error): "\(error.subject): \(error.reason)"
            case .badLines(let diagnostics): diagnostics.map(\.description).joined(separator: "\n")
            case .otherNext(let path):
                "\(path): the next sequence of this file is not the expected one any more; do not edit it meanwhile"
            }
        }

        /// The description in one line, for a log: the first bad line, and how many others there are.
        package var summary: String {
            guard case .badLines(let lines) = self, let first = lines.first, lines.count > 1 else { return description }
            return "\(first) (and \(lines.count - 1) more bad lines)"
        }
    }

    /// The first unused sequences, in the order of the file; empty if all are used.
    private let first: [KnockSequence]
    /// The offsets of their lines, in bytes.
    private let places: [Int]
    /// The numbers of their lines; the first line of the file has the number 1.
    private let numbers: [Int]
    /// The number of unused sequences.
    package let remaining: Int
    /// Warnings about lines that repeat an earlier one: anyone who saw the first one in use can knock with the second.
    let repeats: [Diagnostic]

    /// The first unused sequence; nil if all are used.
    package var next: KnockSequence? { first.first }

    /// The sequences valid at the same time, with a window of this size: the first unused ones.
    package func upcoming(_ window: Int) -> [KnockSequence] { Array(first.prefix(window)) }

    /// The numbers of the lines of these sequences; the first line of the file has the number 1.
    func lines(_ window: Int) -> [Int] { Array(numbers.prefix(window)) }

    /// Reads a file. One bad line among the unused ones makes the whole file unusable, since daemon and client must
    /// always agree on the next line.
    package static func read(_ path: String) throws(Failure) -> OneTimeFile {
        let limit = ConfigurationLimits.oneTimeFileBytes
        return try OneTimeFile(reaching { () throws(SystemError) in try Files.read(path, limit: limit) }, file: path)
    }

    /// Marks the used line, and all unused lines before it, as comments, and returns the file as it is now.
    ///
    /// The lines before it become invalid too, as with HOTP (RFC 4226, 7.4): the client has gone past them.
    ///
    /// A blank at the line's start becomes the `#`; otherwise the `#` is inserted, so that nothing is lost. All other
    /// bytes stay. A new file replaces the old one atomically, and is on the disk before this returns. If this throws,
    /// the sequence may or may not be marked: read the file again.
    ///
    /// - Parameters:
    ///   - used: the sequence to mark. If it is not among the first unused ones, this throws and changes nothing.
    ///   - window: the number of first unused ones, at most `ConfigurationLimits.longestOneTimeWindow`.
    @discardableResult
    package static func spend(
        _ used: KnockSequence, from path: String, window: Int = 1
    ) throws(Failure) -> OneTimeFile {
        let file = try reaching { () throws(SystemError) in try ReplaceableFile(path) }
        let limit = ConfigurationLimits.oneTimeFileBytes
        var content = try reaching { () throws(SystemError) in try file.read(limit: limit) }
        let before = try OneTimeFile(content, file: path)
        guard let number = before.upcoming(window).firstIndex(of: used) else { throw .otherNext(path: path) }
        let hash = UInt8(ascii: "#")
        // From the last to the first, so that the other offsets stay valid.
        for place in before.places[...number].reversed() {
            if SectionFile.isSpace(content[place]) {
                content[place] = hash
            } else {
                content.insert(hash, at: place)
            }
        }
        try reaching { () throws(SystemError) in try file.replace(with: content) }
        return try OneTimeFile(content, file: path)
    }

    /// Reads the content of a file; `file` is its name in diagnostics.
    init(_ content: [UInt8], file: String) throws(Failure) {
        var (first, places, numbers, count): ([KnockSequence], [Int], [Int], Int) = ([], [], [], 0)
        var (bad, repeats): ([Diagnostic], [Diagnostic]) = ([], [])
        var lines: [KnockSequence: Int] = [:]
        var begin = 0
        let form = FileForm(content, file: file)
        if let diagnostic = form.diagnostic { throw .badLines([diagnostic]) }
        for line in form.lines {
            defer { begin += line.bytes.count + 1 }
            let text = line.trimmed
            if text.isBlankOrComment { continue }
            do {
                let value = try text.checkedText().withoutComment(.plain).value
                let sequence = try Self.sequence(value)
                if first.count < ConfigurationLimits.longestOneTimeWindow {
                    first.append(sequence)
                    places.append(begin)
                    numbers.append(text.line)
                }
                if let earlier = lines[sequence] {
                    repeats.append(
                        value.diagnostic(
                            .warning,
                            "this repeats the sequence of line \(earlier), which others may have seen in use; write "
                                + "another"))
                }
                lines[sequence] = lines[sequence] ?? text.line
                count += 1
            } catch {
                bad.append(error.diagnostic)
            }
        }
        if !bad.isEmpty { throw .badLines(bad) }
        (self.first, self.places, self.numbers, remaining, self.repeats) = (first, places, numbers, count, repeats)
    }

    /// The message for a file whose lines cannot be marked as used.
    package static func unmarkable(directory: String, reason: String) -> String {
        "\(directory) cannot be written (\(reason)), so no sequence can be marked as used, and the door stays shut; "
            + "make it writable for the daemon, in a unit of systemd with ReadWritePaths=\(directory)"
    }

    private static func sequence(_ value: Field) throws(ValueError) -> KnockSequence {
        do { return try value.knockSequence() } catch { throw ValueText.reason(value, of: .sequence) ?? error }
    }

    private static func reaching<Value>(_ body: () throws(SystemError) -> Value) throws(Failure) -> Value {
        do { return try body() } catch { throw .system(error) }
    }
}
