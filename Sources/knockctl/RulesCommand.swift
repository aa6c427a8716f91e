import KernelRules

/// The ruleset that the user asks for.
struct RulesCommand: Equatable {
    enum Backend: Equatable {
        case iptables(AddressFamily)
        case nftables

        /// The address families that the rules cover.
        var families: [AddressFamily] {
            switch self {
            case .iptables(let family): [family]
            case .nftables: AddressFamily.allCases
            }
        }
    }

    let backend: Backend
    /// Nil means knockd's default configuration.
    var file: String?
    /// Nil means all doors.
    var door: String?
    /// The port to open; nil means that of the start command.
    var port: OpenedPort?
    var isOnlyKnocks = false
}

extension RulesCommand {
    /// Reads the words after `knockctl rules`.
    init(operands: ArraySlice<String>, _ values: [Character: String]) throws(ControlError) {
        try ControlCommand.check(values, known: "cdpk6", of: "rules")
        if let word = operands.dropFirst().first {
            throw ControlCommand.wrong("rules takes no '\(word)'; leave it out")
        }
        switch operands.first {
        case "iptables": backend = .iptables(values["6"] == nil ? .ipv4 : .ipv6)
        case "nftables" where values["6"] != nil:
            throw ControlCommand.wrong("rules nftables prints rules for IPv4 and IPv6; leave -6 out")
        case "nftables": backend = .nftables
        case let word?: throw ControlCommand.unknown(word, "kind of rules", among: ["iptables", "nftables"])
        case nil: throw ControlCommand.wrong("rules needs a kind; write iptables or nftables")
        }
        if values["c"] == "" { throw ControlCommand.wrong("the path is empty; write one after --config") }
        file = values["c"]
        door = values["d"]
        isOnlyKnocks = values["k"] != nil
        if let word = values["p"] {
            guard let port = OpenedPort(word) else {
                throw ControlCommand.wrong("'\(word)' is not a port; write one such as 22/tcp or 51820/udp")
            }
            self.port = port
        }
    }
}
