package import Base
import Glibc

/// Reads a process's identity from the kernel.
extension ProcessIdentity {
    /// The identity of this process; nil if the kernel does not provide it, as without /proc.
    package static var own: ProcessIdentity? { ProcessIdentity(of: getpid()) }

    /// Whether it leads a process group but not a session.
    var leadsGroup: Bool {
        guard let fields = Self.fields(of: id) else { return false }
        return fields[2] == "\(id)" && fields[3] != "\(id)"
    }

    /// The process that has this id now; nil if there is none, or if it has ended and was not reaped.
    package init?(of id: Int32) {
        guard let began = Self.fields(of: id).flatMap({ Int64($0[19]) }) else { return nil }
        self.init(id: id, began: began)
    }

    /// The fields of /proc/PID/stat from the state on; nil if there is no such living process.
    private static func fields(of id: Int32) -> [Substring]? {
        // /proc may hide other users' processes from the unprivileged (proc(5), hidepid).
        guard let bytes = Capabilities.use({ try? Files.read("/proc/\(id)/stat", limit: 4096) }) else { return nil }
        // The name in parentheses may contain anything, including blanks and parentheses (proc(5)).
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 19 && fields[0] != "Z" && fields[0] != "X" ? fields : nil
    }

    /// Whether it has not ended yet.
    package var isAlive: Bool { ProcessIdentity(of: id) == self }
}
