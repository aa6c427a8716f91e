import Base
package import Knocks
package import Linux

/// A file of sequences of which each opens a door once, as knockd's `one_time_sequences`.
///
/// One sequence a line, in the syntax of `sequence`; blank lines and lines whose first character is a `#` are skipped.
/// A used line becomes such a comment.
package struct OneTimeFile: Equatable, Sendable {
    /// What keeps a file from being used.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// It cannot be read or written.
        case system(SystemError)
        /// Lines that are no sequence, at least one.
        case badLines([Diagnostic])
        /// The sequence to be spent is not the file's next one: somebody has changed the file.
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

        /// The same in one line, for a log: of many bad lines the first, and how many follow.
        package var summary: String {
            guard case .badLines(let lines) = self, let first = lines.first, lines.count > 1 else { return description }
            return "\(first) (and \(lines.count - 1) more bad lines)"
        }
    }

    /// The first unused sequences, in their order; none if all are used.
    private let first: [KnockSequence]
    /// Where their lines begin, in bytes.
    private let places: [Int]
    /// The numbers of their lines, counted from 1.
    private let numbers: [Int]
    /// How many are unused.
    package let remaining: Int
    /// Warnings of lines that repeat an earlier one: who has seen that one used can use them.
    let repeats: [Diagnostic]

    /// The first unused sequence; nil if all are used.
    package var next: KnockSequence? { first.first }

    /// The sequences that count where so many may count at once: the first unused ones.
    package func upcoming(_ window: Int) -> [KnockSequence] { Array(first.prefix(window)) }

    /// The numbers of the lines that these are from, counted from 1.
    func lines(_ window: Int) -> [Int] { Array(numbers.prefix(window)) }

    /// Reads a file. One bad line among the unused ones refuses the whole file: daemon and client must never disagree
    /// about which line is the next.
    package static func read(_ path: String) throws(Failure) -> OneTimeFile {
        let limit = ConfigurationLimits.oneTimeFileBytes
        return try OneTimeFile(reaching { () throws(SystemError) in try Files.read(path, limit: limit) }, file: path)
    }

    /// Makes lines of a file comments, up to the one that has been used, and says what is left.
    ///
    /// Those before it count no more either, as with HOTP (RFC 4226, 7.4): whoever used this one is past them.
    ///
    /// A blank at the line's beginning becomes the `#`; without one the `#` is put before the line, so that nothing is
    /// lost. All other bytes stay. The old file is replaced by a new one at one instant, and that is on the disk before
    /// this returns. If it throws, count the sequence as neither spent nor usable: read the file again.
    ///
    /// - Parameters:
    ///   - used: if it is not among the first unused ones, nothing is changed.
    ///   - window: how many those are, at most `ConfigurationLimits.longestOneTimeWindow`.
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
        // From the last on, so that the places of the others stay.
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

    /// The content of a file; `file` is its name in diagnostics.
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

    /// What is wrong where no line of a file can be marked as used, and what to do.
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
