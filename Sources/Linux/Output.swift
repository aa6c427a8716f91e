import CLinux
import Glibc

/// Standard output and standard error, a whole line in one write, so that lines of several programs never mix.
package enum Output {
    /// Writes a line to standard output.
    package static func print(_ line: String) {
        write(line, to: STDOUT_FILENO)
    }

    /// Writes a line to standard error.
    package static func printError(_ line: String) {
        write(line, to: STDERR_FILENO)
    }

    /// Nothing can be done about a standard stream that cannot be written.
    private static func write(_ line: String, to number: Int32) {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(number, $0.baseAddress! + written, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if linux_errno() != EINTR {
                return
            }
        }
    }
}
