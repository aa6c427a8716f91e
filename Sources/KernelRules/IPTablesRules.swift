import Knocks
import Packets

/// Rules for iptables-restore or ip6tables-restore: the `recent` match remembers the stage of each address.
///
/// The lists of a door are split in eight by the last bits of the address, since by default the kernel keeps 100
/// addresses in a list. A rule cannot test one list and set another, so there is a chain for each stage.
package struct IPTablesRules {
    let rules: KernelRules
    let family: AddressFamily

    /// The ruleset, line by line. If the kernel can do none of the doors it contains comments only, and loading it
    /// changes nothing.
    package static func lines(_ rules: KernelRules, for family: AddressFamily) -> [String] {
        var text = RulesText()
        IPTablesRules(rules: rules, family: family).write(&text)
        return text.lines
    }

    private func write(_ text: inout RulesText) {
        text.comment("Knock sequences without a daemon, for \(program)-restore.")
        rules.introduce(in: &text)
        if rules.doors.isEmpty { return }
        writeAdvice(&text)
        text.rule("*filter")
        if !rules.isOnlyKnocks {
            for (chain, policy) in [("INPUT", "DROP"), ("FORWARD", "DROP"), ("OUTPUT", "ACCEPT")] {
                text.rule(":\(chain) \(policy) [0:0]")
            }
        }
        for chain in chains { text.rule(":\(chain) - [0:0]") }
        if !rules.isOnlyKnocks { writeInput(&text) }
        writeGate(&text)
        for door in rules.doors { write(door, &text) }
        text.rule("COMMIT")
    }

    private var program: String { family == .ipv4 ? "iptables" : "ip6tables" }

    /// Explains how to load these rules, and their requirements.
    private func writeAdvice(_ text: inout RulesText) {
        if rules.isOnlyKnocks {
            text.comment("These chains replace those of the same names, and nothing else, when they are loaded with")
            text.command("\(program)-restore --noflush")
            text.comment(
                "Jump to them from your own rules, after the one that accepts established connections and before those "
                    + "that drop or reject:")
            text.command(
                "\(program) -I INPUT NUMBER -j knock    # NUMBER: of the first rule that drops or rejects, which")
            text.command("\(program) -L INPUT --line-numbers     # shows")
        } else {
            text.comment(
                "This replaces the whole filter table, FORWARD too. Load it so that a mistake does not lock you out: with "
                    + "a second way in, or with")
            text.command("\(program)-apply FILE")
        }
        text.comment(
            family == .ipv4
                ? "IPv6 is another firewall, which this does not touch. Its rules are those of"
                : "IPv4 is another firewall, which this does not touch. Its rules are those of")
        text.command("knockctl rules iptables\(family == .ipv4 ? " -6" : "")")
        text.comment("")
        text.comment(
            "The kernel remembers 100 addresses a list, and forgets the oldest for a new one; each list here is \(IPTablesShare.count), "
                + "for addresses that differ in their last three bits. For more, where recent is a module, before the rules "
                + "are loaded for the first time:")
        text.command("modprobe xt_recent ip_list_tot=1000")
        text.comment("and where it is built into the kernel, on the kernel's command line:")
        text.command("xt_recent.ip_list_tot=1000")
    }

    private func writeInput(_ text: inout RulesText) {
        text.comment("The loopback interface, and established connections.")
        text.rule("-A INPUT -i lo -j ACCEPT")
        text.rule("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
        switch family {
        case .ipv4:
            text.comment("ICMP: unreachable, echo request, time exceeded, parameter problem.")
            for type in [3, 8, 11, 12] { text.rule("-A INPUT -p icmp -m icmp --icmp-type \(type) -j ACCEPT") }
        case .ipv6:
            text.comment(
                "ICMPv6 (RFC 4890, 4.4): unreachable, too big, time exceeded, parameter problem, echo request; "
                    + "multicast listeners; router advertisements, and finding neighbours.")
            for type in [1, 2, 3, 4, 128, 130, 134, 135, 136] {
                text.rule("-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type \(type) -j ACCEPT")
            }
            text.comment("Answers of a DHCPv6 server: they do not come from where the question went.")
            text.rule("-A INPUT -s fe80::/10 -p udp -m udp --dport 546 -j ACCEPT")
        }
        text.comment("Knocks. Packets that come back from there fall to the policy, and are dropped.")
        text.rule("-A INPUT -j knock")
    }

    /// Writes the chains that select packets for the doors, and admit those for which a door is open.
    private func writeGate(_ text: inout RulesText) {
        text.comment("knock: packets to this host that belong to no connection go on.")
        text.rule("-A knock -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN")
        text.rule("-A knock -m addrtype ! --dst-type LOCAL -j RETURN")
        for interface in rules.interfaces.isEmpty ? [""] : rules.interfaces.map({ "-i \($0) " }) {
            text.rule("-A knock \(interface)-g knock-doors")
        }
        text.comment(
            "knock-doors: each door judges the packet for itself. Then it is let in where a door is open for it.")
        for door in rules.doors { text.rule("-A knock-doors -j \(door.tag)") }
        text.rule("-A knock-doors -g knock-open")
        for door in rules.doors {
            text.comment("knock-open: what \(door.tag) opens, for \(door.openSeconds) s after the last knock.")
            for share in shares(of: door) { text.rule("-A knock-open \(share.admission)") }
        }
    }

    private func write(_ door: KernelDoor, _ text: inout RulesText) {
        text.comment(
            "\(door.tag): \(door.name). Segments that begin a connection, or are knocks by their flags, and datagrams: "
                + "other packets are ignored.")
        if let target = door.target { text.rule("-A \(door.tag) ! -d \(target) -j RETURN") }
        for rule in door.segments { text.rule("-A \(door.tag) -p tcp\(Self.flags(rule)) -g \(door.tag).all") }
        text.rule("-A \(door.tag) -p udp -g \(door.tag).all")
        text.comment("Eight chains, by the last three bits of the address; each has lists of its own.")
        for share in shares(of: door) { text.rule("-A \(door.tag).all -s \(share.addresses) -g \(share.chain)") }
        for share in shares(of: door) { share.write(&text) }
    }

    private func shares(of door: KernelDoor) -> [IPTablesShare] {
        guard let port = door.ports[family] else { return [] }
        return (0..<IPTablesShare.count).map {
            IPTablesShare(door: door, family: family, port: port, number: $0)
        }
    }

    /// All chains of these rules, which iptables-restore requires first.
    private var chains: [String] {
        ["knock", "knock-doors", "knock-open"]
            + rules.doors.flatMap { [$0.tag, "\($0.tag).all"] + shares(of: $0).flatMap(\.chains) }
    }

    /// `--tcp-flags MASK SET`.
    static func flags(_ rule: TCPFlagRule) -> String {
        func list(_ flags: TCPFlags) -> String {
            flags.isEmpty ? "NONE" : flags.description.uppercased()
        }
        return " -m tcp --tcp-flags \(list(rule.required.union(rule.forbidden))) \(list(rule.required))"
    }
}
