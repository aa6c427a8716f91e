import Knocks
import Packets

/// A ruleset for `nft -f`: a set for each stage holds the addresses that have reached it, until they time out.
package struct NFTablesRules {
    let rules: KernelRules

    /// The ruleset, line by line. If the kernel can do none of the doors it contains comments only, and loading it
    /// changes nothing.
    package static func lines(_ rules: KernelRules) -> [String] {
        var text = RulesText()
        NFTablesRules(rules: rules).write(&text)
        return text.lines
    }

    private func write(_ text: inout RulesText) {
        text.comment("Knock sequences without a daemon, for nft -f. IPv4 and IPv6.")
        rules.introduce(in: &text)
        if rules.doors.isEmpty { return }
        writeAdvice(&text)
        text.blank()
        let table = rules.isOnlyKnocks ? "table inet filter" : "table inet knock"
        if rules.isOnlyKnocks {
            text.comment("Loaded again, these chains are made anew.")
            text.block(table) { text in
                for chain in chains { text.rule("chain \(chain) { }") }
            }
            for chain in chains { text.rule("flush chain inet filter \(chain)") }
        } else {
            text.comment("Loaded again, the table is made anew.")
            text.rule(table)
            text.rule("delete \(table)")
        }
        text.blank()
        text.block(table) { text in
            for side in sides { side.writeSets(&text) }
            if !rules.isOnlyKnocks { writeInput(&text) }
            writeGate(&text)
            for door in rules.doors { write(door, &text) }
        }
    }

    /// Explains how to load these rules.
    private func writeAdvice(_ text: inout RulesText) {
        if rules.isOnlyKnocks {
            text.comment(
                "These chains and sets go into the table inet filter: if yours has another name, write that. Jump to them "
                    + "from your own rules, after the one that accepts established connections and before those that "
                    + "drop or reject:")
            text.command(
                "nft insert rule inet filter input handle HANDLE jump knock    # of the first rule that drops, which")
            text.command("nft -a list chain inet filter input                           # shows")
        } else {
            text.comment(
                "This table stands beside those that are there: they may still drop a packet that it accepts. "
                    + "Load it so that a mistake does not lock you out: with a second way in.")
        }
    }

    private func writeInput(_ text: inout RulesText) {
        text.block("chain input") { text in
            text.rule("type filter hook input priority filter; policy drop;")
            text.comment("The loopback interface, and established connections.")
            text.rule("iif lo accept")
            text.rule("ct state established,related accept")
            text.comment(
                "ICMP, and ICMPv6 (RFC 4890, 4.4): errors, echo requests, groups, finding routers and neighbours.")
            text.rule(
                "icmp type { destination-unreachable, echo-request, time-exceeded, parameter-problem } accept")
            text.rule(
                "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, "
                    + "mld-listener-query, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept")
            text.comment("Answers of a DHCPv6 server: they do not come from where the question went.")
            text.rule("ip6 saddr fe80::/10 udp dport 546 accept")
            text.comment("Knocks. Packets that come back from there fall to the policy, and are dropped.")
            text.rule("jump knock")
        }
        text.blank()
    }

    /// Writes the chains that select packets for the doors, and admit those for which a door is open.
    private func writeGate(_ text: inout RulesText) {
        text.comment("Packets to this host that belong to no connection go on.")
        text.block("chain knock") { text in
            text.rule("ct state established,related return")
            text.rule("fib daddr type != local return")
            if !rules.interfaces.isEmpty {
                let names = rules.interfaces.map { "\"\($0)\"" }.joined(separator: ", ")
                text.rule("iifname != { \(names) } return")
            }
            text.rule("goto knock-doors")
        }
        text.comment("Each door judges the packet for itself. Then it is let in where a door is open for it.")
        text.block("chain knock-doors") { text in
            for door in rules.doors { text.rule("jump \(door.tag)") }
            text.rule("goto knock-open")
        }
        text.block("chain knock-open") { text in
            for side in sides { text.rule(side.admission) }
        }
        text.blank()
    }

    private func write(_ door: KernelDoor, _ text: inout RulesText) {
        text.comment(
            "\(door.name). Segments that begin a connection, or are knocks by their flags, and datagrams: other "
                + "packets are ignored.")
        text.block("chain \(door.tag)") { text in
            for rule in door.segments { text.rule("\(Self.flags(rule)) goto \(door.tag).all") }
            text.rule("meta l4proto udp goto \(door.tag).all")
        }
        text.block("chain \(door.tag).all") { text in
            for side in sides(of: door) {
                let target = door.target.map { "\(side.word) daddr \($0) " } ?? ""
                text.rule("meta nfproto \(side.family.rawValue.lowercased()) \(target)goto \(side.chain)")
            }
        }
        for side in sides(of: door) { side.writeChain(&text) }
        text.blank()
    }

    private var sides: [NFTablesSide] { rules.doors.flatMap(sides(of:)) }

    /// The parts of a door, one for each address family that it opens to.
    private func sides(of door: KernelDoor) -> [NFTablesSide] {
        AddressFamily.allCases.compactMap { family in
            door.ports[family].map { NFTablesSide(door: door, family: family, port: $0) }
        }
    }

    private var chains: [String] {
        ["knock", "knock-doors", "knock-open"]
            + rules.doors.flatMap { [$0.tag, "\($0.tag).all"] } + sides.map(\.chain)
    }

    /// `tcp flags & (MASK) == SET`.
    static func flags(_ rule: TCPFlagRule) -> String {
        func list(_ flags: TCPFlags) -> String {
            flags.isEmpty ? "0x0" : flags.description.replacing(",", with: " | ")
        }
        return "tcp flags & (\(list(rule.required.union(rule.forbidden)))) == \(list(rule.required))"
    }
}
