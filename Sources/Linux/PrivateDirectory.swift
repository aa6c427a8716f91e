import CLinux
import Glibc

/// A directory of files that only their owner may see: keys.
///
/// It is not a link, belongs to root or to this process's user, and gives no other user any permission. The same holds
/// for each file that is read. All operations use the directory that was opened, whatever its path leads to later.
package final class PrivateDirectory {
    /// The path as given, without slashes at the end.
    package let path: String
    let directory: Descriptor

    /// Opens a directory.
    ///
    /// - Parameter mayBeShared: whether others may have permissions on the directory, and only its files must be
    ///   private.
    package init(_ path: String, mayBeShared: Bool = false) throws(PrivacyFault) {
        // A slash at the end would follow a link.
        let end = path.lastIndex { $0 != "/" }
        self.path = end.map { String(path[...$0]) } ?? path
        let whole = self.path
        var status = stat()
        if unsafe lstat(whole, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFLNK { throw .link }
            if status.st_mode & S_IFMT != S_IFDIR { throw .otherKind }
        }
        directory = try Self.reaching { () throws(SystemError) in
            try Descriptor.open(whole, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        }
        if !mayBeShared { try FileTrust.judge(try Self.status(of: directory, whole), .secrecy) }
    }

    /// The path of a file in it.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// The names in it, in byte order; names that are not valid UTF-8 are omitted.
    package func names() throws(SystemError) -> [String] {
        let number = try system("open", path) {
            unsafe linux_open_at(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        }
        guard let stream = unsafe fdopendir(number) else {
            _ = close(number)
            throw SystemError.last("opendir", path)
        }
        defer { _ = unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            guard let start = unsafe entry.pointer(to: \.d_name),
                let name = unsafe String(validatingCString: UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self))
            else { continue }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Reads a whole file of at most `limit` bytes, without waiting; it rejects pipes and devices. No copy of the bytes
    /// is left behind, so the caller can wipe them.
    package func read(_ name: String, limit: Int) throws(PrivacyFault) -> [UInt8] {
        var before = stat()
        // Opening a device may already have an effect.
        if unsafe fstatat(directory.number, name, &before, AT_SYMLINK_NOFOLLOW) == 0 {
            if before.st_mode & S_IFMT == S_IFLNK { throw .link }
            if before.st_mode & S_IFMT != S_IFREG { throw .otherKind }
        }
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC
        let number = try Self.reaching { () throws(SystemError) in
            try system("open", path(name)) { unsafe linux_open_at(directory.number, name, flags, 0) }
        }
        let file = Descriptor(owning: number)
        let status = try Self.status(of: file, path(name))
        if status.st_mode & S_IFMT != S_IFREG { throw .otherKind }
        try FileTrust.judge(status, .secrecy)
        if status.st_size > limit { throw .system(SystemError("read", path(name), code: EFBIG)) }
        return try Self.reaching { () throws(SystemError) in try file.readSecret(limit: Int(status.st_size)) }
    }

    /// Whether it contains a file of this name.
    package func contains(_ name: String) -> Bool {
        var status = stat()
        return unsafe fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
    }

    private static func status(of file: Descriptor, _ path: String) throws(PrivacyFault) -> stat {
        var status = stat()
        try reaching { () throws(SystemError) in
            try system("fstat", path) { unsafe fstat(file.number, &status) }
        }
        return status
    }

    @discardableResult
    private static func reaching<Value>(
        _ body: () throws(SystemError) -> Value
    ) throws(PrivacyFault) -> Value {
        do { return try body() } catch { throw .system(error) }
    }
}
