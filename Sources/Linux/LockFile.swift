import Base
import CLinux
import Glibc

/// A file that one process holds locked with flock(2) for as long as this object lives; it names its holder's process id,
/// and may say more of it.
package final class LockFile {
    /// The error code that says that another process has the lock.
    package static let isHeld = EWOULDBLOCK

    private static let pause: Milliseconds = 10

    private let path: String
    private let file: Descriptor

    /// Takes the lock, or throws EWOULDBLOCK where another process has it: at once if the file names one that is alive.
    /// Links are not followed, and EPERM is thrown for a file that others can change: they could keep the lock.
    ///
    /// - Parameters:
    ///   - remark: one line for those who ask who has the lock.
    ///   - isPassing: to hold the lock for a moment only: the file does not say so, and whoever has it is not waited for.
    package init(_ path: String, remark: String = "", isPassing: Bool = false) throws(SystemError) {
        self.path = path
        // Before it is opened to write: closing it then would wake all that watch its directory.
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

    /// Replaces what the file says. On a full disk the number is missing, the lock is not.
    package func say(_ remark: String) {
        guard ftruncate(file.number, 0) == 0, lseek(file.number, 0, SEEK_SET) == 0 else { return }
        try? file.write(Array((remark.isEmpty ? "\(getpid())\n" : "\(getpid())\n\(remark)\n").utf8))
    }

    /// Whether it is still this file that others find at its path, so that they meet its lock.
    package var isInPlace: Bool { FileIdentity(of: file).map { $0 == FileIdentity(at: path) } ?? false }

    /// Whether another process has the lock of a file, as far as can be seen without changing anything there.
    package static func isTaken(_ path: String) -> Bool {
        guard let file = try? Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return false }
        return flock(file.number, LOCK_SH | LOCK_NB) != 0 && linux_errno() == Self.isHeld
    }

    /// Whether what stands in the file is the id of a process that has not ended.
    package static func namesLivingProcess(_ path: String) -> Bool {
        holder(path).flatMap { Int32($0) }.flatMap { ProcessIdentity(of: $0) } != nil
    }

    /// What the holder of a lock wrote into it: its process id.
    package static func holder(_ path: String) -> String? {
        guard let bytes = try? Files.read(path, limit: LinuxLimits.lockFileBytes) else { return nil }
        let digits = bytes.prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }

    /// What it wrote behind its process id; nil if nothing.
    package static func remark(_ path: String) -> String? {
        guard let bytes = try? Files.read(path, limit: LinuxLimits.lockFileBytes) else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        return lines.count > 1 ? String(decoding: lines[1], as: UTF8.self) : nil
    }
}
