import Base
import Glibc

/// Why a file or a directory is not trusted with secrets.
package enum PrivacyFault: Error, Equatable, Sendable {
    case system(SystemError)
    case link
    /// Not a regular file; or, where a directory is expected, not a directory.
    case otherKind
    /// Neither root nor the user of this process owns it.
    case owner(UInt32)
    /// These permission bits let users other than the owner use it.
    case mode(UInt32)
    /// These permission bits let users other than the owner change it.
    case writable(UInt32)

    /// The fault, and the command that corrects it.
    ///
    /// - Parameter path: the path for the command.
    package func message(of path: String, isDirectory: Bool) -> String {
        let word = ShellWord.quoted(path)
        switch self {
        case .system(let error) where error.isMissingFile && isDirectory:
            return "there is no such directory; run mkdir -p -m 700 \(word)"
        case .system(let error) where error.code == EFBIG: return "the file is too large; run ls -l \(word)"
        case .system(let error) where error.code == EACCES:
            return "\(error.reason); run this command as the owner, see ls -ld \(word)"
        case .system(let error): return "\(error.reason); run ls -ld \(word)"
        case .link where isDirectory:
            return "this is a symbolic link; name the directory that readlink -f \(word) shows"
        case .link: return "this is a symbolic link; run mv \"$(readlink -f \(word))\" \(word)"
        case .otherKind where isDirectory:
            return "this is no directory; run mv \(word) \(word).old && mkdir -m 700 \(word)"
        case .otherKind: return "this is no regular file; run rm -r \(word)"
        case .owner(let owner):
            let own = geteuid() == 0 ? "root" : "\(geteuid())"
            return "it belongs to the user \(owner), who can change it; run chown \(own) \(word)"
        case .mode(let mode):
            let digits = String(mode, radix: 8)
            return "others than the owner can use it (mode \(digits)); run chmod \(isDirectory ? 700 : 600) \(word)"
        case .writable(let mode):
            let digits = String(mode, radix: 8)
            return "others than the owner can change it (mode \(digits)); run chmod go-w \(word)"
        }
    }
}
