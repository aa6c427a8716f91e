import Base
import CLinux
import Glibc

/// The terminal that a program was started from, and whoever sits there.
package enum Terminal {
    /// Whether a descriptor is a terminal.
    package static func has(_ number: Int32) -> Bool { isatty(number) == 1 }

    /// Asks a question there, and returns whether the answer begins with a `y`; nil where nobody sits.
    ///
    /// Standard input may be what the question is about. So the terminal itself is asked, where standard input or standard
    /// error shows that there is one.
    package static func confirm(_ question: String) -> Bool? {
        guard has(STDIN_FILENO) || has(STDERR_FILENO) else { return nil }
        let own = try? Descriptor.open("/dev/tty", O_RDWR | O_NOCTTY)
        if own == nil, !has(STDIN_FILENO) { return nil }
        let input = own?.number ?? STDIN_FILENO
        let output = own?.number ?? (has(STDERR_FILENO) ? STDERR_FILENO : STDIN_FILENO)
        let bytes = Array(PrintableText.line(question).utf8)
        guard unsafe Glibc.write(output, bytes, bytes.count) == bytes.count else { return nil }
        var answer: [UInt8] = []
        while answer.count < LinuxLimits.answerBytes {
            var byte: UInt8 = 0
            let count = unsafe Glibc.read(input, &byte, 1)
            if count < 0, linux_errno() == EINTR { continue }
            if count <= 0 || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
            answer.append(byte)
        }
        let first = answer.first { $0 != UInt8(ascii: " ") }
        return first == UInt8(ascii: "y") || first == UInt8(ascii: "Y")
    }
}

/// What programs read that people give them.
package enum Input {
    /// Whether whoever reads a file, `-` for standard input, will have to wait for another program or for somebody who types:
    /// standard input that has nothing within half a second, or a named pipe.
    package static func makesWait(_ file: String) -> Bool {
        if file == "-" {
            var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            return unsafe poll(&entry, 1, LinuxLimits.inputWait) == 0
        }
        var status = stat()
        return unsafe stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }
}

extension Output {
    /// The permission bits of the file that standard output is, if others than its owner can read it.
    package static var modeThatOthersCanRead: UInt32? {
        var status = stat()
        guard unsafe fstat(STDOUT_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let isForeign = status.st_uid != 0 && status.st_uid != geteuid()
        return status.st_mode & 0o077 != 0 || isForeign ? status.st_mode & 0o7777 : nil
    }
}
