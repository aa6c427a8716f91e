import CLinux
import Glibc

/// Standard output and standard error, a whole line in one write, so that lines of several programs never mix.
///
/// A line that would have to wait for its reader is left out: nobody may keep the daemon from closing doors by not reading
/// what it says.
package enum Output {
    /// Writes a line to standard output; false if it was left out.
    @discardableResult
    package static func print(_ line: String) -> Bool {
        write(line, to: STDOUT_FILENO)
    }

    /// Writes a line to standard output and waits for its reader; for programs that have nothing else to do. False if
    /// nobody reads.
    @discardableResult
    package static func printWaiting(_ line: String) -> Bool {
        writeWaiting(Array((line + "\n").utf8))
    }

    /// Writes bytes to standard output and waits for its reader; none of them is copied. False if nobody reads.
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

    /// Writes a line to standard error; false if it was left out.
    @discardableResult
    package static func printError(_ line: String) -> Bool {
        write(line, to: STDERR_FILENO)
    }

    /// Writes a line to any descriptor; false if it, or the end of it, was left out.
    @discardableResult
    package static func write(_ line: String, to number: Int32) -> Bool {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            // What poll(2) calls writable takes that much at least without waiting (pipe(7)).
            let end = min(written + Int(PIPE_BUF), bytes.count)
            guard isWritable(number) else { return false }
            let count = unsafe bytes[written..<end].withUnsafeBytes {
                unsafe Glibc.write(number, $0.baseAddress, $0.count)
            }
            if count > 0 {
                written += count
            } else if linux_errno() != EINTR {
                return false
            }
        }
        return true
    }

    private static func isWritable(_ number: Int32) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLOUT) != 0
    }
}
