/// A program that changes the kernel's firewall, in one of the directories where systems keep it. A program of the same
/// name elsewhere is not known.
enum FirewallProgram {
    case iptables
    case nft

    private static let directories = [
        "", "/sbin/", "/usr/sbin/", "/bin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/",
    ]
    private static let programs: [String: FirewallProgram] = [
        "iptables": .iptables, "ip6tables": .iptables, "iptables-nft": .iptables, "ip6tables-nft": .iptables,
        "iptables-legacy": .iptables, "ip6tables-legacy": .iptables, "nft": .nft,
    ]

    /// - Parameter path: the first word of a command.
    init?(_ path: String) {
        guard let program = Self.name(of: path).flatMap({ Self.programs[$0] }) else { return nil }
        self = program
    }

    /// A program's name without one of the usual directories; nil if it lies elsewhere.
    static func name(of path: String) -> String? {
        directories.compactMap { path.hasPrefix($0) ? String(path.dropFirst($0.count)) : nil }.last
            .flatMap { $0.contains("/") ? nil : $0 }
    }
}
