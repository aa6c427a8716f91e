import CLinux
import Glibc

extension Files {
    /// Reads a whole file of secrets, at most `limit` bytes. No copy of the bytes is left behind, so the caller can
    /// wipe them. It may be a pipe, and waits for the writer.
    package static func readSecret(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        try Descriptor.open(path, O_RDONLY).readSecret(limit: limit)
    }

    /// Reads secrets from standard input, and closes it.
    package static func readSecretInput(limit: Int) throws(SystemError) -> [UInt8] {
        try Descriptor(owning: STDIN_FILENO).readSecret(limit: limit)
    }
}

extension Descriptor {
    /// Reads to the end, at most `limit` bytes, into one piece of memory; throws EFBIG if there are more.
    package func readSecret(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                return unsafe Glibc.read(number, rest.baseAddress, rest.count)
            }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if linux_errno() != EINTR {
                let error = SystemError.last("read")
                Self.wipe(&bytes)
                throw error
            }
        }
        if filled > limit {
            Self.wipe(&bytes)
            throw SystemError("read", code: EFBIG)
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    private static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            if let start = buffer.baseAddress { unsafe explicit_bzero(start, buffer.count) }
        }
    }
}
