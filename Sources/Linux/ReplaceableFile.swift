import CLinux
import Glibc

/// A file whose content is replaced at one instant, by one process at a time.
///
/// Links at its path are followed, so that they stay. Whoever replaces it holds flock(2)'s lock on it meanwhile.
package final class ReplaceableFile {
    /// The error code that says that another process is about to replace the file.
    package static let isBusy = EWOULDBLOCK

    private let path: String
    private let file: Descriptor
    private let status: stat

    /// Locks the file that a path leads to. EWOULDBLOCK while another process has it, EINVAL where it is no file.
    package init(_ path: String) throws(SystemError) {
        self.path = Files.resolvedPath(path)
        file = try Descriptor.open(self.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let number = file.number
        try system("flock", path) { flock(number, LOCK_EX | LOCK_NB) }
        var (locked, present) = (stat(), stat())
        try system("fstat", path) { unsafe fstat(number, &locked) }
        // Between opening and locking, the other process may have put a new file in the place of this one.
        guard unsafe lstat(self.path, &present) == 0, (present.st_dev, present.st_ino) == (locked.st_dev, locked.st_ino)
        else { throw SystemError("flock", path, code: Self.isBusy) }
        guard locked.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path) }
        status = locked
    }

    /// The whole of the file, at most `limit` bytes.
    package func read(limit: Int) throws(SystemError) -> [UInt8] {
        do {
            return try file.readAll(limit: limit)
        } catch {
            throw SystemError(error.call, path, code: error.code)
        }
    }

    /// Puts a new file in the place of this one, with its mode and owner: whoever reads, now or after a crash, finds the
    /// old content or the new one. When this returns, the new one is on the disk. To be called once.
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
