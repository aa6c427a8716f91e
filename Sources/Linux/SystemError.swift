import Base
import CLinux
import Glibc

/// A system call that failed: its name, what it was applied to, and its errno.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call, as in its manual page.
    package let call: String
    /// The file, interface or program concerned; empty where there is none.
    package let subject: String
    /// The errno value.
    package let code: Int32

    package init(_ call: String, _ subject: String = "", code: Int32) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    /// The kernel's words for the errno, such as "No such file or directory".
    package var reason: String {
        switch call {
        case Self.fileCheck: "not a regular file"
        case Self.programCheck: "it was replaced since the start, and /proc is not mounted"
        default: unsafe String(cString: strerror(code))
        }
    }

    /// The program of this process stands no more where it was executed.
    static func replacedProgram(_ path: String) -> SystemError {
        SystemError(programCheck, path, code: ENOENT)
    }

    private static let programCheck = "/proc/self/exe"

    /// What stands at a path is a pipe, a device, a socket.
    package static func notRegular(_ path: String) -> SystemError {
        SystemError(fileCheck, path, code: EINVAL)
    }

    /// What tells files from all else, as its name in an error.
    private static let fileCheck = "S_ISREG"

    /// Whether a file, or a directory on the way to it, is not there.
    package var isMissingFile: Bool { code == ENOENT }

    /// Whether only others may do this.
    package var isDenied: Bool { code == EACCES }

    /// Whether this process may not make the call: it lacks a capability, its container or the kernel has no such call for
    /// it, or, in a namespace of users, what it names does not exist.
    package var isForbidden: Bool { [EPERM, EACCES, EINVAL, ENOSYS].contains(code) }

    /// Whether a file cannot be written where it stands, today and tomorrow: by this user, in this file system, or for want
    /// of its directory.
    package var isNoPlaceToWrite: Bool { [EPERM, EACCES, EROFS, ENOENT, ENOTDIR].contains(code) }

    /// Whether a file has more bytes than were wanted.
    package var isTooLarge: Bool { code == EFBIG }

    package var description: String {
        subject.isEmpty ? "\(call): \(reason)" : "\(PrintableText.line(subject)): \(reason) (\(call))"
    }

    /// The error of the call that has just returned -1 on this thread.
    package static func last(_ call: String, _ subject: String = "") -> SystemError {
        SystemError(call, subject, code: linux_errno())
    }
}

/// Runs one system call, again when a signal interrupts it, and throws what errno says when it returns -1.
@discardableResult
package func system(_ call: String, _ subject: String = "", _ body: () -> Int32) throws(SystemError) -> Int32 {
    while true {
        let result = body()
        if result != -1 { return result }
        let error = SystemError.last(call, subject)
        if error.code != EINTR { throw error }
    }
}
