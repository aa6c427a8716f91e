import CLinux
import Glibc

/// A file that one process holds locked with flock(2) for as long as this object lives; it names its holder's process id.
package final class LockFile {
    /// The error code that says that another process has the lock.
    package static let isHeld = EWOULDBLOCK

    /// How long to wait for a lock whose holder is gone: it was killed while it started a program, and that one has the
    /// lock until it has begun.
    private static let patience: Milliseconds = 1000
    private static let pause: Milliseconds = 10

    private let file: Descriptor

    /// Takes the lock, or throws EWOULDBLOCK where another process has it: at once if the file names one that is alive.
    /// Links are not followed.
    package init(_ path: String) throws(SystemError) {
        file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
        let number = file.number
        let end = Clock.sinceBoot() + Self.patience
        while true {
            do {
                try system("flock", path) { flock(number, LOCK_EX | LOCK_NB) }
                break
            } catch {
                let isLeft = error.code == Self.isHeld && !Self.namesLivingProcess(path)
                guard isLeft, Clock.sinceBoot() < end else { throw error }
                Clock.pause(Self.pause)
            }
        }
        // On a full disk the number is missing, the lock is not.
        if ftruncate(number, 0) == 0 { try? file.write(Array("\(getpid())\n".utf8)) }
    }

    /// Whether another process has the lock of a file, as far as can be seen without changing anything there.
    package static func isTaken(_ path: String) -> Bool {
        guard let file = try? Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return false }
        return flock(file.number, LOCK_SH | LOCK_NB) != 0 && linux_errno() == Self.isHeld
    }

    /// Whether the file still stands at its path, so that others would meet this lock.
    package func isInPlace(_ path: String) -> Bool {
        var (own, present) = (stat(), stat())
        guard unsafe fstat(file.number, &own) == 0, unsafe lstat(path, &present) == 0 else { return false }
        return (own.st_dev, own.st_ino) == (present.st_dev, present.st_ino)
    }

    /// Whether what stands in the file is the id of a process that has not ended.
    package static func namesLivingProcess(_ path: String) -> Bool {
        holder(path).flatMap { Int32($0) }.flatMap { ProcessMark(of: $0) } != nil
    }

    /// What the holder of a lock wrote into it: its process id.
    package static func holder(_ path: String) -> String? {
        guard let bytes = try? Files.read(path, limit: 32) else { return nil }
        let digits = bytes.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}
