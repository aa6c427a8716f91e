import Base
import CLinux
import Glibc

/// The file that contains the daemon's process id, locked while the daemon runs.
package final class PidFile {
    /// The error code if another daemon holds the file.
    package static let isHeld = EWOULDBLOCK

    private let path: String
    private let file: Descriptor

    /// Creates the file, or takes one that no process holds. It does not follow links, and the umask decides who may
    /// read the file.
    ///
    /// Anybody who may read the file can lock it. So a lock is respected only if the file names a living process of
    /// this user; otherwise the file is created again, and no other user can keep a daemon from starting. A file that
    /// another user owns is also created again: that user could make init scripts kill any process.
    package init(_ path: String) throws(SystemError) {
        self.path = path
        do {
            file = try Self.lock(path)
        } catch  where error.code == Self.isHeld {
            Clock.pause(LinuxLimits.pidFileWait)
            guard !Self.namesLivingProcess(path) else { throw error }
            try Files.remove(path)
            file = try Self.lock(path)
        }
        let number = file.number
        switch try FileTrust.fault(of: file, path) {
        case .writable(let mode): try system("fchmod", path) { fchmod(number, mode & 0o755) }
        case nil: break
        default: throw SystemError("open", path, code: EPERM)
        }
        try system("ftruncate", path) { ftruncate(number, 0) }
        do {
            try file.write(Array("\(getpid())\n".utf8))
        } catch {
            throw SystemError(error.call, path, code: error.code)
        }
    }

    private static func lock(_ path: String) throws(SystemError) -> Descriptor {
        var file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
        if case .owner = try FileTrust.fault(of: file, path) {
            try Files.remove(path)
            file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o644)
        }
        try system("flock", path) { flock(file.number, LOCK_EX | LOCK_NB) }
        return file
    }

    private static func namesLivingProcess(_ path: String) -> Bool {
        guard let holder = LockFile.holder(path) else { return false }
        // Without /proc the owner of a process is unknown: any living process is respected.
        guard ThisProcess.hasProc else { return Int32(holder).map { kill($0, 0) == 0 } ?? false }
        var status = stat()
        return unsafe stat("/proc/\(holder)", &status) == 0 && status.st_uid == geteuid()
    }

    /// Removes the file when the daemon ends, unless another file is at the path by then.
    package func remove() {
        if let own = FileIdentity(of: file), own == FileIdentity(at: path) { try? Files.remove(path) }
    }
}
