import CLinux
import Glibc

/// A lock file beside another file, for as long as this object lives; then it is removed. Only its owner may open it, so
/// that nobody who reads the other file can take the lock.
final class PassingLock {
    private let path: String
    private let file: Descriptor

    /// Takes the lock, or throws EWOULDBLOCK while another process has it. Links are not followed.
    ///
    /// - Parameters:
    ///   - other: the resolved path of the other file.
    ///   - name: what that is called in errors.
    init(for other: String, named name: String) throws(SystemError) {
        let parent = other[..<(other.lastIndex(of: "/") ?? other.startIndex)]
        path = "\(parent)/.knock-\(Files.digest(ofPath: other)).lock"
        for _ in 0..<LinuxLimits.passingLockTries {
            let file: Descriptor
            do {
                file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
            } catch {
                throw SystemError(error.call, name, code: error.code)
            }
            let number = file.number
            try system("flock", name) { flock(number, LOCK_EX | LOCK_NB) }
            // Between opening and locking, the one before may have removed it.
            if Self.isThere(path, number) {
                self.file = file
                return
            }
        }
        throw SystemError("flock", name, code: EWOULDBLOCK)
    }

    private static func isThere(_ path: String, _ number: Int32) -> Bool {
        var (own, present) = (stat(), stat())
        return unsafe fstat(number, &own) == 0 && lstat(path, &present) == 0
            && (own.st_dev, own.st_ino) == (present.st_dev, present.st_ino)
    }

    deinit {
        // While it is locked, it is this one's.
        try? Files.remove(path)
    }
}
