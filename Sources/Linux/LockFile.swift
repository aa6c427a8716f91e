import Base
import CLinux
import Glibc

/// A file that one process holds locked with flock(2) while this object lives. It contains the holder's process id, and
/// may contain one more line.
package final class LockFile {
    /// The error code if another process holds the lock.
    package static let isHeld = EWOULDBLOCK

    private static let pause: Milliseconds = 10

    private let path: String
    private let file: Descriptor

    /// Takes the lock; throws EWOULDBLOCK if another process holds it.
    ///
    /// It throws at once if the file names a living process, and otherwise tries for a while. It does not follow links.
    /// It throws EPERM for a file that others can change, since they could hold the lock.
    ///
    /// - Parameters:
    ///   - remark: one line for programs that ask who holds the lock.
    ///   - isPassing: whether the lock is held for a moment only. The file is then left as it is, and a holder is not
    ///     waited for.
    package init(_ path: String, remark: String = "", isPassing: Bool = false) throws(SystemError) {
        self.path = path
        // Before it is opened for writing: closing it after that would wake all watchers of its directory.
        if let seen = try? Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) {
            if try FileTrust.fault(of: seen, path) != nil { throw SystemError("open", path, code: EPERM) }
        }
        file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
        let number = file.number
        if try FileTrust.fault(of: file, path) != nil { throw SystemError("open", path, code: EPERM) }
        let end = Clock.sinceBoot() + LinuxLimits.lockWait
        while true {
            do {
                try system("flock", path) { flock(number, LOCK_EX | LOCK_NB) }
                break
            } catch {
                let isLeft = error.code == Self.isHeld && !isPassing && !Self.namesLivingProcess(path)
                guard isLeft, Clock.sinceBoot() < end else { throw error }
                Clock.pause(Self.pause)
            }
        }
        if !isPassing { say(remark) }
    }

    /// Replaces the content of the file. On a full disk the content is missing, but the lock is held.
    package func say(_ remark: String) {
        guard ftruncate(file.number, 0) == 0, lseek(file.number, 0, SEEK_SET) == 0 else { return }
        try? file.write(Array((remark.isEmpty ? "\(getpid())\n" : "\(getpid())\n\(remark)\n").utf8))
    }

    /// Whether this file is still the one at its path, so that other processes meet its lock.
    package var isInPlace: Bool { FileIdentity(of: file).map { $0 == FileIdentity(at: path) } ?? false }

    /// Whether another process holds the lock of a file, as far as can be seen without changing anything.
    package static func isTaken(_ path: String) -> Bool {
        guard let file = try? Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return false }
        return flock(file.number, LOCK_SH | LOCK_NB) != 0 && linux_errno() == Self.isHeld
    }

    /// Whether the file contains the id of a living process.
    package static func namesLivingProcess(_ path: String) -> Bool {
        holder(path).flatMap { Int32($0) }.flatMap { ProcessIdentity(of: $0) } != nil
    }

    /// The process id that the holder of a lock wrote into the file; nil if there is none.
    package static func holder(_ path: String) -> String? {
        guard let bytes = try? Files.read(path, limit: LinuxLimits.lockFileBytes) else { return nil }
        let digits = bytes.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }

    /// The line after the process id; nil if there is none.
    package static func remark(_ path: String) -> String? {
        guard let bytes = try? Files.read(path, limit: LinuxLimits.lockFileBytes) else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        return lines.count > 1 ? String(decoding: lines[1], as: UTF8.self) : nil
    }
}
