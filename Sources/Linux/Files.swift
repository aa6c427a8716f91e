import Base
import CLinux
import Glibc

/// Files, as the daemon reads and checks them.
package enum Files {
    /// Reads a whole file of at most `limit` bytes, without waiting. It rejects pipes and devices: a pipe without data
    /// must not keep the daemon from closing doors.
    package static func read(_ path: String, limit: Int = LinuxLimits.fileBytes) throws(SystemError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        var status = stat()
        try system("fstat", path) { unsafe fstat(file.number, &status) }
        let kind = status.st_mode & S_IFMT
        // A directory is left to read(2), which has an error for it.
        guard kind == S_IFREG || kind == S_IFDIR else { throw .notRegular(path) }
        return try readAll(file, path, limit: limit)
    }

    /// Reads a file, pipe or device; waits for a pipe's writer.
    package static func readWaiting(_ path: String, limit: Int = LinuxLimits.fileBytes) throws(SystemError) -> [UInt8] {
        try readAll(Descriptor.open(path, O_RDONLY), path, limit: limit)
    }

    private static func readAll(_ file: Descriptor, _ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        do {
            return try file.readAll(limit: limit)
        } catch {
            throw SystemError(error.call, path, code: error.code)
        }
    }

    /// The directory that this process was started in, provided that this was read before any chdir.
    package static let startDirectory: String = {
        guard let directory = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(directory) }
        return unsafe String(cString: directory)
    }()

    /// The absolute path. A relative path starts from the directory that this process was started in. Links are not
    /// resolved, since their targets may change.
    package static func absolutePath(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : startDirectory + "/" + path
        return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// A path as sixteen digits, for the name of another file that belongs to it. It does not hide the path.
    package static func digest(ofPath path: String) -> String { FNV1a(path.utf8).description }

    /// The path with its links resolved, whether the file exists or not, so that each file has one name.
    package static func resolvedPath(_ path: String) -> String {
        let absolute = absolutePath(path)
        if let whole = realPath(absolute) { return whole }
        let end = absolute.lastIndex(of: "/") ?? absolute.startIndex
        return (realPath(String(absolute[..<end])) ?? String(absolute[..<end])) + absolute[end...]
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// The target of a symbolic link; nil if there is none.
    package static func linkTarget(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path, &bytes, bytes.count)
        return count < 0 ? nil : String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Creates a directory with mode 0700, unless it exists; its parent must exist.
    package static func makePrivateDirectory(_ path: String) throws(SystemError) {
        do {
            try system("mkdir", path) { unsafe mkdir(path, 0o700) }
        } catch  where error.code == EEXIST {
            return
        }
    }

    /// Whether a file exists at this path.
    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// Renames a file within its file system, replacing any file of the new name.
    package static func rename(_ path: String, to other: String) throws(SystemError) {
        try system("rename", path) { unsafe Glibc.rename(path, other) }
    }

    /// Removes a file; it is not an error if there is none.
    package static func remove(_ path: String) throws(SystemError) {
        do {
            try system("unlink", path) { unsafe unlink(path) }
        } catch  where error.code == ENOENT {
            return
        }
    }

    /// The permission bits of a file; nil if there is none.
    package static func mode(_ path: String) -> UInt32? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return status.st_mode & 0o7777
    }
}
