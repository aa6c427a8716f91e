import Base
import CLinux
import Glibc

/// A failed system call: its name, its subject and its errno.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call, as in its manual page.
    package let call: String
    /// The file, interface or program concerned; empty if there is none.
    package let subject: String
    /// The errno value.
    package let code: Int32

    package init(_ call: String, _ subject: String = "", code: Int32) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    /// The C library's text for the errno, such as "No such file or directory".
    package var reason: String {
        switch call {
        case Self.fileCheck: "not a regular file"
        case Self.programCheck: "it was replaced since the start, and /proc is not mounted"
        default: unsafe String(cString: strerror(code))
        }
    }

    /// The file of this process's program is no longer the one that was started.
    static func replacedProgram(_ path: String) -> SystemError {
        SystemError(programCheck, path, code: ENOENT)
    }

    private static let programCheck = "/proc/self/exe"

    /// The file at a path is not a regular file, but for example a pipe, a device or a socket.
    package static func notRegular(_ path: String) -> SystemError {
        SystemError(fileCheck, path, code: EINVAL)
    }

    /// The check for regular files, as the call's name in errors.
    private static let fileCheck = "S_ISREG"

    /// Whether a file, or a directory on the way to it, does not exist.
    package var isMissingFile: Bool { code == ENOENT }

    /// Whether permission is denied.
    package var isDenied: Bool { code == EACCES }

    /// Whether this process may not make the call: it lacks a capability, its container or kernel does not provide the
    /// call, or the call names something that does not exist in its user namespace.
    package var isForbidden: Bool { [EPERM, EACCES, EINVAL, ENOSYS].contains(code) }

    /// Whether a file cannot be written at its place, now or later: not by this user, not in this file system, or for
    /// lack of its directory.
    package var isNoPlaceToWrite: Bool { [EPERM, EACCES, EROFS, ENOENT, ENOTDIR].contains(code) }

    /// Whether a file has more bytes than the limit.
    package var isTooLarge: Bool { code == EFBIG }

    package var description: String {
        subject.isEmpty ? "\(call): \(reason)" : "\(PrintableText.line(subject)): \(reason) (\(call))"
    }

    /// The error of the call that has just returned -1 on this thread.
    package static func last(_ call: String, _ subject: String = "") -> SystemError {
        SystemError(call, subject, code: linux_errno())
    }
}

/// Runs a system call, repeats it if a signal interrupts it, and throws errno's error if it returns -1.
@discardableResult
package func system(_ call: String, _ subject: String = "", _ body: () -> Int32) throws(SystemError) -> Int32 {
    while true {
        let result = body()
        if result != -1 { return result }
        let error = SystemError.last(call, subject)
        if error.code != EINTR { throw error }
    }
}
