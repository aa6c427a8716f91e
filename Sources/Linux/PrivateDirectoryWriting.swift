package import Base
import CLinux
import Glibc

extension PrivateDirectory {
    /// The error code if another process is changing the directory.
    package static let isBusy = EWOULDBLOCK

    /// The prefix of unfinished files, which only a crash leaves behind.
    private static let unfinished = ".knockctl-"

    /// Creates a directory with mode 0700, and its missing parents. An existing directory stays as it is.
    package static func make(_ path: String) throws(SystemError) {
        if Files.exists(path) { return }
        if let end = path.lastIndex(of: "/"), end != path.startIndex {
            let parent = String(path[..<end])
            try make(parent)
            try Files.makePrivateDirectory(path)
            let directory = try Descriptor.open(parent, O_RDONLY | O_DIRECTORY)
            try system("fsync", parent) { fsync(directory.number) }
        } else {
            try Files.makePrivateDirectory(path)
        }
    }

    /// Takes the directory's lock, so that no other process that asks for it changes the directory while this object
    /// lives. Throws EWOULDBLOCK if another process still holds it after this span.
    package func lock(waiting span: Milliseconds) throws(SystemError) {
        let end = Clock.monotonic() + span
        while true {
            do {
                try system("flock", path) { flock(directory.number, LOCK_EX | LOCK_NB) }
                break
            } catch {
                guard error.code == Self.isBusy, Clock.monotonic() < end else { throw error }
                Clock.pause(10)
            }
        }
        // The process that wrote these files held the lock, and is dead.
        for name in try names() where name.hasPrefix(Self.unfinished) {
            _ = unsafe unlinkat(directory.number, name, 0)
        }
    }

    /// Replaces a file, or creates it, with mode 0600. Readers, now or after a crash, find either the old file or the
    /// new one. When this returns, the new file is on the disk. Call it only under `lock`.
    package func replace(_ name: String, with bytes: [UInt8]) throws(SystemError) {
        let other = Self.unfinished + String(ThisProcess.randomNumber(), radix: 16)
        do {
            try write(bytes, to: other)
            try system("rename", path(name)) {
                unsafe renameat(directory.number, other, directory.number, name)
            }
        } catch {
            _ = unsafe unlinkat(directory.number, other, 0)
            throw error
        }
        try system("fsync", path) { fsync(directory.number) }
    }

    private func write(_ bytes: [UInt8], to name: String) throws(SystemError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let number = try system("open", path(name)) {
            unsafe linux_open_at(directory.number, name, flags, 0o600)
        }
        let file = Descriptor(owning: number)
        // The umask may have removed the owner's own permissions.
        try system("fchmod", path(name)) { fchmod(number, 0o600) }
        do {
            try file.write(bytes)
        } catch {
            throw SystemError(error.call, path(name), code: error.code)
        }
        try system("fsync", path(name)) { fsync(number) }
    }
}
