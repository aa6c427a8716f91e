package import Doors

/// The effects of a door's command on a firewall, as far as its words show.
package struct CommandEffects: Equatable, Sendable {
    /// Rules and elements that it opens and leaves open.
    private var opened: Set<String> = []
    /// Rules and elements that it closes, opened by other commands.
    private var closed: Set<String> = []
    private var closesAnything = false
    /// Whether its openings close by themselves: after a time, or at the end of the command.
    package private(set) var closesItself = false
    /// Whether all programs that it runs are known to open and close nothing.
    package private(set) var isWithoutEffect: Bool
    /// The only address family that its programs accept; nil if they accept both or that is not known.
    package let onlyFamily: AddressFamily?

    package init(_ command: ActionTemplate) {
        let programs = RunProgram.all(in: command.text)
        isWithoutEffect = programs.allSatisfy { QuietProgram.names.contains($0.name) }
        let families = Set(programs.compactMap(\.families).joined())
        onlyFamily = families.count == 1 ? families.first : nil
        var hasSlept = false
        for program in programs {
            if program.name == "sleep" { hasSlept = true }
            if let change = FirewallChange(program) {
                take(change, hasSlept: hasSlept)
            } else if hasSlept, !QuietProgram.names.contains(program.name) {
                closeItself()
            }
        }
        if programs.contains(where: \.runsLater) { closeItself() }
    }

    /// Whether it opens something that stays open when it ends.
    package var leavesOpen: Bool { !opened.isEmpty }
    /// Whether it only closes.
    package var onlyCloses: Bool { opened.isEmpty && !closesItself && (!closed.isEmpty || closesAnything) }

    private mutating func take(_ change: FirewallChange, hasSlept: Bool) {
        switch change.effect {
        case .opens where change.isTemporary: closesItself = true
        case .opens:
            opened.insert(change.subject)
            closed.remove(change.subject)
            closesAnything = false
        case .closes where opened.contains(change.subject):
            opened.remove(change.subject)
            if hasSlept { closesItself = true }
        case .closes: closed.insert(change.subject)
        case .closesAnything:
            if hasSlept { closeItself() }
            closesAnything = true
        }
    }

    private mutating func closeItself() {
        if opened.isEmpty { return }
        opened = []
        closesItself = true
    }

    /// The union of what several commands close.
    package struct Closings {
        private let subjects: Set<String>
        private let closesAnything: Bool

        package init(_ commands: some Sequence<CommandEffects>) {
            subjects = commands.reduce(into: []) { $0.formUnion($1.closed) }
            closesAnything = commands.contains { $0.closesAnything }
        }

        /// Whether they close everything that a command leaves open.
        package func close(_ command: CommandEffects) -> Bool {
            closesAnything || command.opened.isSubset(of: subjects)
        }
    }
}

extension RunProgram {
    /// Whether it schedules something for another time.
    fileprivate var runsLater: Bool {
        name == "at" || name == "batch"
            || name == "systemd-run" && arguments.contains { $0.text.hasPrefix("--on-") }
    }

    /// The address families with which it succeeds if it is given an address; nil if it is given none, or its words do
    /// not show that.
    fileprivate var families: [AddressFamily]? {
        let isGivenAddress = arguments.contains { $0.text.contains("%IP%") || $0.raw.contains("KNOCK_ADDRESS") }
        guard isGivenAddress else { return nil }
        let text = arguments.map(\.text).joined(separator: " ").filter { $0 != "\"" && $0 != "'" }
        switch name {
        case "iptables", "iptables-nft", "iptables-legacy": return [.ipv4]
        case "ip6tables", "ip6tables-nft", "ip6tables-legacy": return [.ipv6]
        case "firewall-cmd" where text.contains("family=ipv4"), "nft" where text.contains("ip saddr"): return [.ipv4]
        case "firewall-cmd" where text.contains("family=ipv6"), "nft" where text.contains("ip6 saddr"): return [.ipv6]
        case "nft", "ufw", "firewall-cmd", "ipset": return AddressFamily.allCases
        default: return nil
        }
    }
}
