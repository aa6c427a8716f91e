import CLinux
import Glibc

/// An open file descriptor, closed when its last owner releases it.
package final class Descriptor {
    /// The kernel's number of it.
    package let number: Int32

    /// Takes ownership of a descriptor; nothing else may close it.
    package init(owning number: Int32) {
        self.number = number
    }

    deinit {
        _ = close(number)
    }

    /// Opens a file with open(2)'s flags and O_CLOEXEC.
    package static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(SystemError) -> Descriptor {
        let number = try system("open", path) { unsafe linux_open(path, flags | O_CLOEXEC, mode) }
        return Descriptor(owning: number)
    }

    /// Opens a log file for appending, and creates it if it does not exist.
    ///
    /// It is created with mode 0640, minus the umask, since it contains addresses. A pipe without a reader is an error.
    /// So is a link that another user owns: it could lead to any file.
    package static func openLog(_ path: String) throws(SystemError) -> Descriptor {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK
        do {
            return try open(path, flags | O_NOFOLLOW, mode: 0o640)
        } catch  where error.code == ELOOP && FileTrust.isOwnLink(path) {
            return try open(path, flags, mode: 0o640)
        }
    }

    /// Writes all bytes; waits if the file makes it wait.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(number, buffer.baseAddress! + written, buffer.count - written)
            }
            if count >= 0 {
                written += count
            } else if linux_errno() != EINTR {
                throw SystemError.last("write")
            }
        }
    }

    /// Reads to the end, at most `limit` bytes; throws EFBIG if there are more.
    package func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        let bytes = try read(atMost: limit + 1)
        if bytes.count > limit { throw SystemError("read", code: EFBIG) }
        return bytes
    }

    /// Reads to the end, at most `limit` bytes.
    package func read(atMost limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < limit {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                let error = SystemError.last("read")
                if error.code == EINTR { continue }
                throw error
            }
            bytes += chunk[..<min(count, limit - bytes.count)]
        }
        return bytes
    }
}
