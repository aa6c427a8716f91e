/// A capability that the daemon uses, with its number in capabilities(7).
package enum Capability: Int32, CaseIterable, Sendable {
    case kill = 5
    case setGID = 6
    case setUID = 7
    case setPCAP = 8
    case netAdmin = 12
    case netRaw = 13

    /// The name in capabilities(7), systemd and container programs.
    package var name: String {
        switch self {
        case .kill: "CAP_KILL"
        case .setGID: "CAP_SETGID"
        case .setUID: "CAP_SETUID"
        case .setPCAP: "CAP_SETPCAP"
        case .netAdmin: "CAP_NET_ADMIN"
        case .netRaw: "CAP_NET_RAW"
        }
    }
}
