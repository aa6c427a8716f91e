import Glibc

/// Programs that a shell could run.
package enum Program {
    /// Whether a path is that of a program. True for a path that this process may not examine.
    package static func exists(at path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return errno != ENOENT && errno != ENOTDIR }
        return status.st_mode & S_IFMT == S_IFREG && status.st_mode & 0o111 != 0
    }

    /// Whether a name without slashes is found in a list of directories in the form of PATH.
    package static func exists(named name: String, in searchPath: String) -> Bool {
        searchPath.split(separator: ":").contains { exists(at: "\($0)/\(name)") }
    }

    /// The directories in which this process looks for programs, and those of a daemon that systemd or an init script
    /// has started.
    package static var searchPath: String {
        let own = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        return own + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    }
}
