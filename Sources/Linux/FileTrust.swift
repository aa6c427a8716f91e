import Base
import CLinux
import Glibc

/// Checks whether users other than root and this process's own can change a file, or replace it.
///
/// A configuration or a ledger contains commands that root runs: anybody who can change one is root.
package enum FileTrust {
    /// The acts on a file that other users must be kept from.
    enum Demand {
        /// Anything: it is a secret.
        case secrecy
        /// To change it.
        case integrity
    }

    private static let othersMayWrite: UInt32 = 0o022

    /// Checks the owner and the permission bits of an open file or directory.
    static func judge(_ status: stat, _ demand: Demand) throws(PrivacyFault) {
        guard isOurs(status) else { throw .owner(status.st_uid) }
        let mode = status.st_mode & 0o7777
        switch demand {
        case .secrecy: if mode & 0o077 != 0 { throw .mode(mode) }
        case .integrity: if mode & othersMayWrite != 0 { throw .writable(mode) }
        }
    }

    /// The reason why others can change an open file; nil if they cannot.
    static func fault(of file: Descriptor, _ path: String) throws(SystemError) -> PrivacyFault? {
        var status = stat()
        try system("fstat", path) { unsafe fstat(file.number, &status) }
        do throws(PrivacyFault) {
            try judge(status, .integrity)
            return nil
        } catch {
            return error
        }
    }

    /// Root can change everything anyway, and this process its own files.
    private static func isOurs(_ status: stat) -> Bool { status.st_uid == 0 || status.st_uid == geteuid() }

    /// Whether a path is a symbolic link owned by root or by this process's user.
    static func isOwnLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK && isOurs(status)
    }

    /// Checks a file, and each directory and link on the way to it. Anything that does not exist, or cannot be
    /// examined, is not a fault.
    ///
    /// A sticky directory may be writable by all, since its files can be removed only by their owners. A link is
    /// accepted only where others cannot put one. Others could not change earlier what they cannot change now, unless
    /// somebody has corrected the permissions meanwhile; so a file may be read first and checked afterwards.
    package static func check(_ path: String) throws(PathFault) {
        var walk = Walk()
        try walk.enter("/")
        try walk.follow(Files.absolutePath(path))
    }

    /// The resolution of a path, as the kernel does it.
    private struct Walk {
        /// The directories passed, without links, and whether each one is writable only by its owner.
        private var directories: [(path: String, isFirm: Bool)] = []
        private var links = 0

        /// Enters a directory, after checking it.
        mutating func enter(_ path: String) throws(PathFault) {
            var status = stat()
            guard unsafe lstat(path, &status) == 0 else { return directories.append((path, true)) }
            try enter(path, status)
        }

        private mutating func enter(_ path: String, _ status: stat) throws(PathFault) {
            guard isOurs(status) else { throw PathFault(path: path, fault: .owner(status.st_uid), isDirectory: true) }
            let isOpen = status.st_mode & othersMayWrite != 0
            if isOpen, status.st_mode & S_ISVTX == 0 {
                throw PathFault(path: path, fault: .writable(status.st_mode & 0o7777), isDirectory: true)
            }
            directories.append((path, !isOpen))
        }

        mutating func follow(_ path: String) throws(PathFault) {
            var names = Self.names(of: path)
            while let name = names.popLast() {
                if name == ".." {
                    if directories.count > 1 { directories.removeLast() }
                    continue
                }
                guard let (here, isFirm) = directories.last else { return }
                let place = here == "/" ? "/\(name)" : "\(here)/\(name)"
                var status = stat()
                guard unsafe lstat(place, &status) == 0 else { return }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: try enter(place, status)
                case S_IFLNK:
                    guard isOurs(status), isFirm else { throw PathFault(path: place, fault: .link, isDirectory: false) }
                    links += 1
                    guard links <= LinuxLimits.links, let target = Self.target(of: place) else { return }
                    // A descriptor that the starter of this process opened: check the file that it leads to.
                    if here.hasPrefix("/proc/"), here.hasSuffix("/fd") {
                        if unsafe stat(place, &status) == 0 { try judge(status, at: place) }
                        return
                    }
                    if target.hasPrefix("/") { directories.removeLast(directories.count - 1) }
                    names += Self.names(of: target)
                default: try judge(status, at: place)
                }
            }
        }

        /// Accepts a character device of root's: data written to it cannot be read back as a file's content.
        private func judge(_ status: stat, at place: String) throws(PathFault) {
            if status.st_mode & S_IFMT == S_IFCHR, status.st_uid == 0 { return }
            do throws(PrivacyFault) {
                try FileTrust.judge(status, .integrity)
            } catch {
                throw PathFault(path: place, fault: error, isDirectory: false)
            }
        }

        /// The names of a path, the last one first.
        private static func names(of path: String) -> [String] {
            path.split(separator: "/").filter { $0 != "." }.reversed().map(String.init)
        }

        private static func target(of link: String) -> String? {
            var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
            let count = unsafe readlink(link, &bytes, bytes.count)
            return count > 0 ? String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
        }
    }
}

/// Why a path cannot be trusted, and which file or directory on the way is at fault.
package struct PathFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file or directory at fault.
    package let path: String
    package let fault: PrivacyFault
    package let isDirectory: Bool

    package init(path: String, fault: PrivacyFault, isDirectory: Bool) {
        self.path = path
        self.fault = fault
        self.isDirectory = isDirectory
    }

    /// The fault, and the command that corrects it.
    package var message: String {
        if case .system(let error) = fault { return error.reason }
        if fault == .link {
            return "others can change where this symbolic link leads; name the file that readlink -f "
                + "\(ShellWord.quoted(path)) shows"
        }
        return fault.message(of: path, isDirectory: isDirectory)
    }

    package var description: String { "\(path): \(message)" }
}

extension Files {
    /// Creates a file with mode 0600 if there is none, and removes all other permissions from an existing one; SQLite
    /// would create a readable one. It rejects links, and files that others can change.
    package static func makePrivateFile(_ path: String) throws(PathFault) {
        let found: PrivacyFault?
        do {
            let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
            found = try FileTrust.fault(of: file, path)
            if found == nil { try system("fchmod", path) { fchmod(file.number, 0o600) } }
        } catch {
            throw PathFault(path: path, fault: .system(error), isDirectory: false)
        }
        if let found { throw PathFault(path: path, fault: found, isDirectory: false) }
    }
}
