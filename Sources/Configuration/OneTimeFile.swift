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

    /// A larger file is refused (EFBIG).
    static let mostBytes = 1 << 20

    /// The first unused sequence; nil if all are used.
    package let next: KnockSequence?
    /// How many are unused, the next one among them.
    package let remaining: Int
    /// Where the next one's line begins, in bytes.
    private let place: Int

    /// Reads a file. One bad line among the unused ones refuses the whole file: daemon and client must never disagree
    /// about which line is the next.
    package static func read(_ path: String) throws(Failure) -> OneTimeFile {
        try OneTimeFile(reaching { () throws(SystemError) in try Files.read(path, limit: mostBytes) }, file: path)
    }

    /// Makes the next line of a file a comment, and says what is left.
    ///
    /// A blank at the line's beginning becomes the `#`; without one the `#` is put before the line, so that nothing is
    /// lost. All other bytes stay. The old file is replaced by a new one at one instant, and that is on the disk before
    /// this returns. If it throws, count the sequence as neither spent nor usable: read the file again.
    ///
    /// - Parameter expected: what the caller takes for the next one; if it is not, nothing is changed.
    @discardableResult
    package static func spend(_ expected: KnockSequence, from path: String) throws(Failure) -> OneTimeFile {
        let file = try reaching { () throws(SystemError) in try ReplaceableFile(path) }
        var content = try reaching { () throws(SystemError) in try file.read(limit: mostBytes) }
        let before = try OneTimeFile(content, file: path)
        guard before.next == expected else { throw .otherNext(path: path) }
        let hash = UInt8(ascii: "#")
        if Field.isSpace(content[before.place]) {
            content[before.place] = hash
        } else {
            content.insert(hash, at: before.place)
        }
        try reaching { () throws(SystemError) in try file.replace(with: content) }
        return try OneTimeFile(content, file: path)
    }

    /// The content of a file; `file` is its name in diagnostics.
    init(_ content: [UInt8], file: String) throws(Failure) {
        var (first, place, count): (KnockSequence?, Int, Int) = (nil, 0, 0)
        var bad: [Diagnostic] = []
        var begin = 0
        for line in Field.lines(of: content, file: file) {
            defer { begin += line.bytes.count + 1 }
            let text = line.trimmed
            if text.isBlankOrComment { continue }
            do {
                let sequence = try text.checkedText().knockSequence()
                if first == nil { (first, place) = (sequence, begin) }
                count += 1
            } catch {
                bad.append(error.diagnostic)
            }
        }
        if !bad.isEmpty { throw .badLines(bad) }
        (next, remaining, self.place) = (first, count, place)
    }

    private static func reaching<Value>(_ body: () throws(SystemError) -> Value) throws(Failure) -> Value {
        do { return try body() } catch { throw .system(error) }
    }
}
