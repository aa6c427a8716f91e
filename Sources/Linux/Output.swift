import Base
import CLinux
import Glibc

/// Standard output and standard error, with each line in one write, so that lines of several programs do not mix.
///
/// A line that would have to wait for its reader is dropped: a reader that stops reading must not keep the daemon from
/// closing doors.
package enum Output {
    package static let standardOutput = STDOUT_FILENO
    package static let standardError = STDERR_FILENO

    /// Writes a line, or several in one text, to standard output, made printable; false if it was dropped.
    @discardableResult
    package static func print(_ line: String) -> Bool {
        write(PrintableText.lines(line), to: STDOUT_FILENO)
    }

    /// Writes a line to standard output, made printable, and waits for its reader; for programs that have nothing else
    /// to do. False if there is no reader.
    @discardableResult
    package static func printWaiting(_ line: String) -> Bool {
        writeWaiting(Array((PrintableText.lines(line) + "\n").utf8))
    }

    /// Writes bytes to standard output without copying them, and waits for the reader. False if there is no reader.
    @discardableResult
    package static func writeWaiting(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if linux_errno() != EINTR {
                return false
            }
        }
        return true
    }

    /// Writes a line, or several in one text, to standard error, made printable; false if it was dropped.
    @discardableResult
    package static func printError(_ line: String) -> Bool {
        write(PrintableText.lines(line), to: STDERR_FILENO)
    }

    /// Whether two descriptors lead to the same file, such as a terminal.
    package static func areOne(_ number: Int32, _ other: Int32) -> Bool {
        var (one, two) = (stat(), stat())
        guard unsafe fstat(number, &one) == 0, unsafe fstat(other, &two) == 0 else { return false }
        return (one.st_dev, one.st_ino) == (two.st_dev, two.st_ino)
    }

    /// Whether a descriptor leads to systemd's journal, which JOURNAL_STREAM identifies (systemd.exec(5)).
    package static func isJournal(_ number: Int32) -> Bool {
        var status = stat()
        guard let named = ThisProcess.variable("JOURNAL_STREAM"), unsafe fstat(number, &status) == 0 else {
            return false
        }
        return named == "\(status.st_dev):\(status.st_ino)"
    }

    /// Writes a line to a descriptor; false if it was dropped, or only its beginning was written.
    @discardableResult
    package static func write(_ line: String, to number: Int32) -> Bool {
        put(line, to: number) == .written
    }

    /// The result of writing a line.
    package enum Outcome: Equatable, Sendable {
        case written
        /// The beginning was written, without the end of the line.
        case torn
        case leftOut
    }

    /// Writes a line to a descriptor.
    package static func put(_ line: String, to number: Int32) -> Outcome {
        let writer = NonblockingWriter(number)
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = writer.write(bytes[written...])
            if count > 0 {
                written += count
            } else if count == 0 || linux_errno() != EINTR {
                return written == 0 ? .leftOut : .torn
            }
        }
        return .written
    }
}
