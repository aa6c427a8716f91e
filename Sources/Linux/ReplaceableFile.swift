import CLinux
import Glibc

/// A file whose content is replaced atomically, by one process at a time.
///
/// Links in its path are followed, so they stay. The process that replaces it holds a lock file beside it: everybody
/// who may read the file itself could lock that.
package final class ReplaceableFile {
    /// The error code if another process is about to replace the file.
    package static let isBusy = EWOULDBLOCK

    private let path: String
    private let lock: PassingLock
    private let file: Descriptor
    private let status: stat

    /// Locks the file at a path. Throws EWOULDBLOCK while another process holds it, and EINVAL if it is not a regular
    /// file.
    package init(_ path: String) throws(SystemError) {
        self.path = Files.resolvedPath(path)
        var found = stat()
        let whole = self.path
        try system("open", path) { unsafe lstat(whole, &found) }
        guard found.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path) }
        lock = try PassingLock(for: whole, named: path)
        file = try Descriptor.open(whole, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let number = file.number
        try system("fstat", path) { unsafe fstat(number, &found) }
        guard found.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path) }
        status = found
    }

    /// The obstacle to replacing a file, without writing anything: the directory that cannot be written to, and why;
    /// nil if no obstacle is found.
    package static func obstacle(_ path: String) -> (directory: String, error: SystemError)? {
        let resolved = Files.resolvedPath(path)
        let place = resolved.lastIndex(of: "/") ?? resolved.startIndex
        let directory = place == resolved.startIndex ? "/" : String(resolved[..<place])
        do {
            try system("access", directory) { unsafe access(directory, W_OK | X_OK) }
            return nil
        } catch {
            return (directory, error)
        }
    }

    /// The whole content, at most `limit` bytes.
    package func read(limit: Int) throws(SystemError) -> [UInt8] {
        do {
            return try file.readAll(limit: limit)
        } catch {
            throw SystemError(error.call, path, code: error.code)
        }
    }

    /// Replaces the file by a new one with the same mode and owner. Readers, now or after a crash, find either the old
    /// content or the new. When this returns, the new content is on the disk. Call it once.
    package func replace(with bytes: [UInt8]) throws(SystemError) {
        let parent = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] + "/"
        let directory = try Descriptor.open(String(parent), O_RDONLY | O_DIRECTORY)
        let name = parent + ".knock-" + String(ThisProcess.randomNumber(), radix: 16)
        do {
            try write(bytes, to: name)
            try system("rename", path) { unsafe rename(name, path) }
            try system("fsync", path) { fsync(directory.number) }
        } catch {
            _ = unsafe unlink(name)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], to name: String) throws(SystemError) {
        let number = try system("open", path) {
            unsafe linux_open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        let new = Descriptor(owning: number)
        try system("fchown", path) { fchown(number, status.st_uid, status.st_gid) }
        try system("fchmod", path) { fchmod(number, status.st_mode & 0o7777) }
        do {
            try new.write(bytes)
        } catch {
            throw SystemError(error.call, path, code: error.code)
        }
        try system("fsync", path) { fsync(number) }
    }
}
