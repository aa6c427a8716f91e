package import Base
import Glibc

/// What the kernel says of a process.
extension ProcessIdentity {
    /// This one's; nil where the kernel does not tell, as without /proc.
    package static var own: ProcessIdentity? { ProcessIdentity(of: getpid()) }

    /// Whether it leads a process group that is not a whole session.
    var leadsGroup: Bool {
        guard let fields = Self.fields(of: id) else { return false }
        return fields[2] == "\(id)" && fields[3] != "\(id)"
    }

    /// The process that has this id now; nil if there is none, or it has ended and nobody has asked how.
    package init?(of id: Int32) {
        guard let began = Self.fields(of: id).flatMap({ Int64($0[19]) }) else { return nil }
        self.init(id: id, began: began)
    }

    /// What stands in /proc/PID/stat from the state on; nil where `init(of:)` is.
    private static func fields(of id: Int32) -> [Substring]? {
        // Of other users' processes /proc may tell the privileged alone (proc(5), hidepid).
        guard let bytes = Capabilities.use({ try? Files.read("/proc/\(id)/stat", limit: 4096) }) else { return nil }
        // The name in parentheses may hold anything, blanks and parentheses too (proc(5)).
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 19 && fields[0] != "Z" && fields[0] != "X" ? fields : nil
    }

    /// Whether it has not ended yet.
    package var isAlive: Bool { ProcessIdentity(of: id) == self }
}
