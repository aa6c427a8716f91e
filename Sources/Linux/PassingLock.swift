import CLinux
import Glibc

/// A lock file beside another file, removed when this object is released. Only its owner may open it, so that readers
/// of the other file cannot take the lock.
final class PassingLock {
    private let path: String
    private let file: Descriptor

    /// Takes the lock; throws EWOULDBLOCK while another process holds it. It does not follow links.
    ///
    /// - Parameters:
    ///   - other: the resolved path of the other file.
    ///   - name: the other file's name in errors.
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
            // The former holder may have removed the file between opening and locking.
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
        // While this object holds the lock, the file at the path is its own.
        try? Files.remove(path)
    }
}
