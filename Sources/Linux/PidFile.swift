import Base
import CLinux
import Glibc

/// The file that says which process the daemon is, locked for as long as it runs.
package final class PidFile {
    /// The error code that says that another daemon has the file.
    package static let isHeld = EWOULDBLOCK

    private let path: String
    private let file: Descriptor

    /// Makes the file, or takes over one that nobody holds. Links are not followed, and the umask decides who may read it.
    ///
    /// Whoever may read the file can lock it. A lock counts if the file names a process of this user that is alive; else
    /// the file is made anew, so that no other user keeps a daemon from starting. So is one that another user owns, who
    /// could have any process ended by it.
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
        // Without /proc nobody says whose it is: any process counts.
        guard ThisProcess.hasProc else { return Int32(holder).map { kill($0, 0) == 0 } ?? false }
        var status = stat()
        return unsafe stat("/proc/\(holder)", &status) == 0 && status.st_uid == geteuid()
    }

    /// Removes the file, at the daemon's end, unless another one stands there by now.
    package func remove() {
        if let own = FileIdentity(of: file), own == FileIdentity(at: path) { try? Files.remove(path) }
    }
}
