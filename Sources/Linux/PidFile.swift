import CLinux
import Glibc

/// The file that says which process the daemon is, locked for as long as it runs.
package final class PidFile {
    /// The error code that says that another daemon has the file.
    package static let isHeld = EWOULDBLOCK

    private let path: String
    private let file: Descriptor

    /// Makes the file, or takes over one that nobody holds. Links are not followed, and the umask decides who may read it.
    package init(_ path: String) throws(SystemError) {
        self.path = path
        file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o666)
        let number = file.number
        try system("flock", path) { flock(number, LOCK_EX | LOCK_NB) }
        try system("ftruncate", path) { ftruncate(number, 0) }
        do {
            try file.write(Array("\(getpid())\n".utf8))
        } catch {
            throw SystemError(error.call, path, code: error.code)
        }
    }

    /// Removes the file, at the daemon's end.
    package func remove() {
        try? Files.remove(path)
    }
}
