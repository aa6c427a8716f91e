import Base
import CLinux
import Glibc

/// The terminal that a program was started from, and the person at it.
package enum Terminal {
    /// Whether a descriptor is a terminal.
    package static func has(_ number: Int32) -> Bool { isatty(number) == 1 }

    /// Asks a question on the terminal, and returns whether the answer begins with `y`; nil if there is no terminal.
    ///
    /// Standard input may be the subject of the question, so the terminal itself is asked, if standard input or
    /// standard error shows that there is one.
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

/// Input that people give to programs.
package enum Input {
    /// Whether reading a file, `-` for standard input, will have to wait for another program or for a person who types.
    /// True for standard input without data within half a second, and for a named pipe.
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
    /// The permission bits of the file that standard output leads to, if other users can read it; nil if not.
    package static var modeThatOthersCanRead: UInt32? {
        var status = stat()
        guard unsafe fstat(STDOUT_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let isForeign = status.st_uid != 0 && status.st_uid != geteuid()
        return status.st_mode & 0o077 != 0 || isForeign ? status.st_mode & 0o7777 : nil
    }
}
