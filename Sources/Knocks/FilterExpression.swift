package import Packets

/// The kernel's filter for a set of doors, in libpcap's expression language (pcap-filter(7)).
package enum FilterExpression {
    /// Doors with the same destinations and flags share one clause.
    private struct Group: Hashable {
        let target: IPAddress?
        let flagRule: TCPFlagRule
    }

    /// Whether the doors' ports are few enough for the expression.
    package static func canNamePorts(of doors: [SequenceDoor]) -> Bool {
        groups(doors).reduce(0) { $0 + $1.value.count } <= KnocksLimits.filterPorts
    }

    /// Whether this host's addresses are few enough for the expression.
    package static func canNameHosts(of doors: [SequenceDoor], localAddresses: Set<IPAddress>) -> Bool {
        let clauses = groups(doors).keys.filter { $0.target == nil }.count + (doors.contains(where: \.isStrict) ? 1 : 0)
        return clauses * localAddresses.count <= KnocksLimits.filterHosts
    }

    private static func groups(_ doors: [SequenceDoor]) -> [Group: Set<Knock>] {
        var groups: [Group: Set<Knock>] = [:]
        for door in doors {
            groups[Group(target: door.target, flagRule: door.flagRule), default: []].formUnion(door.sequence.knocks)
        }
        return groups
    }

    /// An expression that accepts the packets that some door can use, and no others; nil if no packet can be of use.
    ///
    /// If there are too many ports, it accepts every port at a door's address with a door's flags. If there are too
    /// many hosts, it accepts every destination address.
    ///
    /// With a strict door it also accepts every initial SYN and every datagram to this host or to that door's target.
    /// It accepts IPv6 packets with extension headers to a door's address: only the decoder can find their ports.
    package static func text(doors: [SequenceDoor], localAddresses: Set<IPAddress>, onlyIPv4: Bool) -> String? {
        let namesPorts = canNamePorts(of: doors)
        let namesHosts = canNameHosts(of: doors, localAddresses: localAddresses)
        var clauses: [String] = []
        for (group, knocks) in groups(doors) {
            let addresses = group.target.map { [$0] } ?? localAddresses
            clauses += bothFamilies(
                namesPorts ? knocks : nil, group.flagRule, to: addresses, named: namesHosts || group.target != nil,
                onlyIPv4: onlyIPv4)
        }
        let strict = doors.filter(\.isStrict)
        if !strict.isEmpty {
            let addresses = localAddresses.union(strict.compactMap(\.target))
            clauses += bothFamilies(nil, .initialSYN, to: addresses, named: namesHosts, onlyIPv4: onlyIPv4)
        }
        return clauses.isEmpty ? nil : clauses.sorted().joined(separator: " or ")
    }

    /// One clause for each address family in use. Nil knocks stand for all ports; addresses that are not named, for all
    /// hosts.
    private static func bothFamilies(
        _ knocks: Set<Knock>?, _ rule: TCPFlagRule, to addresses: Set<IPAddress>, named: Bool, onlyIPv4: Bool
    ) -> [String] {
        let (ipv4, ipv6) = (addresses.filter(\.isIPv4), addresses.filter { !$0.isIPv4 })
        var clauses: [String] = []
        if !ipv4.isEmpty {
            let segments = transport(knocks, rule, flagsAt: "tcp[13]")
            // If ports are named, libpcap excludes later fragments itself.
            let first = knocks == nil ? " and ip[6:2] & 8191 = 0" : ""
            clauses.append("(ip\(named ? hosts(ipv4) : "")\(first) and (\(segments)))")
        }
        if !ipv6.isEmpty, !onlyIPv4 {
            let segments = transport(knocks, rule, flagsAt: "ip6[53]")
            let extended = "ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60"
            clauses.append("(ip6\(named ? hosts(ipv6) : "") and (\(segments) or \(extended)))")
        }
        return clauses
    }

    private static func hosts(_ addresses: Set<IPAddress>) -> String {
        " and (" + addresses.map { "dst host \($0)" }.sorted().joined(separator: " or ") + ")"
    }

    private static func transport(_ knocks: Set<Knock>?, _ rule: TCPFlagRule, flagsAt flags: String) -> String {
        var clauses: [String] = []
        if let tcp = knocks.map({ ports($0, .tcp) }) ?? "tcp" {
            let mask = rule.required.union(rule.forbidden).rawValue
            let condition = mask == 0 ? "" : " and \(flags) & \(mask) = \(rule.required.rawValue)"
            clauses.append("((\(tcp))\(condition))")
        }
        if let udp = knocks.map({ ports($0, .udp) }) ?? "udp" { clauses.append("(\(udp))") }
        return clauses.joined(separator: " or ")
    }

    private static func ports(_ knocks: Set<Knock>, _ transport: Knock.TransportProtocol) -> String? {
        let ports = knocks.filter { $0.transport == transport }.map(\.port).sorted()
        let name = transport == .tcp ? "tcp" : "udp"
        return ports.isEmpty ? nil : ports.map { "\(name) dst port \($0)" }.joined(separator: " or ")
    }
}
