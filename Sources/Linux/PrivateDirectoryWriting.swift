package import Base
import CLinux
import Glibc

extension PrivateDirectory {
    /// The error code that says that another process changes the directory.
    package static let isBusy = EWOULDBLOCK

    /// What files are called that are not complete yet. They are left behind by a crash only.
    private static let unfinished = ".knockctl-"

    /// Makes a directory, mode 0700, and those on the way to it that are missing. One that is there stays as it is.
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

    /// Keeps all others who ask for the lock from changing the directory, for as long as this object lives. EWOULDBLOCK
    /// where another process has it for longer than this.
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
        // Whoever wrote them had the lock, and is dead.
        for name in try names() where name.hasPrefix(Self.unfinished) {
            _ = unsafe unlinkat(directory.number, name, 0)
        }
    }

    /// Puts a file of this content, mode 0600, in the place of what bears this name, if anything does: whoever reads, now
    /// or after a crash, finds the old one or the new one. When this returns the new one is on the disk. Only under `lock`.
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
        // The umask may have taken the owner's own permissions.
        try system("fchmod", path(name)) { fchmod(number, 0o600) }
        do {
            try file.write(bytes)
        } catch {
            throw SystemError(error.call, path(name), code: error.code)
        }
        try system("fsync", path(name)) { fsync(number) }
    }
}
