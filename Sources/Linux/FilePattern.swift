import CLinux
import Glibc

/// File names with wildcards, as in the shell (glob(7)).
package enum FilePattern {
    /// Whether a name contains wildcards.
    package static func isPattern(_ name: String) -> Bool {
        name.contains { "*?[".contains($0) }
    }

    /// The name with its wildcards escaped.
    package static func escaped(_ name: String) -> String {
        var result = ""
        for character in name {
            if "*?[\\".contains(character) { result += "\\" }
            result.append(character)
        }
        return result
    }

    /// The files that match a pattern, in byte order.
    ///
    /// No match, or no such directory, is not an error; a directory that cannot be read is. Only a dot matches a
    /// leading dot.
    package static func matches(_ pattern: String) throws(SystemError) -> [String] {
        var found = unsafe glob_t()
        let result = unsafe glob(pattern, GLOB_ERR, nil, &found)
        let code = linux_errno()
        defer { unsafe globfree(&found) }
        switch result {
        case 0: break
        case GLOB_NOMATCH: return []
        case GLOB_NOSPACE: throw SystemError("glob", pattern, code: ENOMEM)
        default:
            if code == ENOENT || code == ENOTDIR { return [] }
            throw SystemError("glob", pattern, code: code)
        }
        let names = unsafe UnsafeBufferPointer(start: found.gl_pathv, count: Int(found.gl_pathc))
        return unsafe names.compactMap { name in unsafe name.map { unsafe String(cString: $0) } }
    }
}
