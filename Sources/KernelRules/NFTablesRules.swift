import Knocks
import Packets

/// A ruleset for `nft -f`: a set for each stage remembers who has got there, and forgets him in time.
package struct NFTablesRules {
    /// How many addresses a set holds. One that is full takes no more until some are forgotten.
    private static let setSize = 65_536

    let rules: KernelRules

    /// The ruleset, line by line. Without a door that the kernel can do it holds comments alone, and loading it changes
    /// nothing.
    package static func lines(_ rules: KernelRules) -> [String] {
        var text = RulesText()
        NFTablesRules(rules: rules).write(&text)
        return text.lines
    }

    private func write(_ text: inout RulesText) {
        writeHead(&text)
        if rules.doors.isEmpty { return }
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
            for side in sides { writeSets(side, &text) }
            if !rules.isOnlyKnocks { writeInput(&text) }
            writeGate(&text)
            for door in rules.doors { write(door, &text) }
        }
    }

    private func writeHead(_ text: inout RulesText) {
        text.comment("Knock sequences without a daemon, for nft -f. IPv4 and IPv6.")
        rules.introduce(in: &text)
        text.comment("")
        if rules.doors.isEmpty {
            text.comment("Nothing is left that these rules could do: there are none.")
            return
        }
        text.comment(
            rules.isOnlyKnocks
                ? "These chains and sets go into the table inet filter: if yours has another name, write that. Jump to them "
                    + "from your own rules, behind what accepts established connections and before what drops or rejects: "
                    + "nft add rule inet filter input jump knock"
                : "This is a table of its own beside those that are there: what it drops is dropped, what it accepts they "
                    + "may still drop. Load it so that a mistake does not lock you out: with a second way in.")
    }

    private func writeInput(_ text: inout RulesText) {
        text.block("chain input") { text in
            text.rule("type filter hook input priority filter; policy drop;")
            text.comment("What this host says to itself, and what belongs to connections that are there.")
            text.rule("iif lo accept")
            text.rule("ct state established,related accept")
            text.comment("ICMP, and ICMPv6 (RFC 4890, 4.4): errors, echo requests, groups, finding routers and neighbours.")
            text.rule(
                "icmp type { destination-unreachable, echo-request, time-exceeded, parameter-problem } accept")
            text.rule(
                "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, "
                    + "mld-listener-query, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept")
            text.comment("Answers of a DHCPv6 server: they do not come from where the question went.")
            text.rule("ip6 saddr fe80::/10 udp dport 546 accept")
            text.comment("Knocks. What comes back from there falls to the policy, and is dropped.")
            text.rule("jump knock")
        }
        text.blank()
    }

    /// What is looked at for knocks at all.
    private func writeGate(_ text: inout RulesText) {
        text.comment(
            "What is to this host and belongs to no connection. Segments that begin one, or are knocks by their flags, and "
                + "datagrams go on; nothing else counts, as a knock or against one.")
        text.block("chain knock") { text in
            text.rule("ct state established,related return")
            text.rule("fib daddr type != local return")
            if !rules.interfaces.isEmpty {
                let names = rules.interfaces.map { "\"\($0)\"" }.joined(separator: ", ")
                text.rule("iifname != { \(names) } return")
            }
            for rule in rules.flagRules { text.rule("\(Self.flags(rule)) goto knock-doors") }
            text.rule("meta l4proto udp goto knock-doors")
        }
        text.comment("Each door judges the packet for itself.")
        text.block("chain knock-doors") { text in
            for door in rules.doors { text.rule("jump \(door.tag)") }
        }
        text.blank()
    }

    private func writeSets(_ side: Side, _ text: inout RulesText) {
        text.comment("\(side.door.tag), \(side.family.rawValue): who is at which stage, and who has opened the door.")
        for stage in 1...side.door.sequence.count {
            text.rule(
                "set \(side.set(stage)) { type \(side.family.rawValue.lowercased())_addr; "
                    + "flags dynamic,timeout; size \(Self.setSize); }")
        }
        text.blank()
    }

    private func write(_ door: KernelDoor, _ text: inout RulesText) {
        let sides = sides.filter { $0.door == door }
        text.block("chain \(door.tag)") { text in
            for side in sides {
                let target = door.target.map { "\(side.word) daddr \($0) " } ?? ""
                text.rule("meta nfproto \(side.family.rawValue.lowercased()) \(target)goto \(side.chain)")
            }
        }
        for side in sides {
            text.block("chain \(side.chain)") { text in write(side, &text) }
        }
        text.blank()
    }

    /// The stages of a door for one kind of address.
    private func write(_ side: Side, _ text: inout RulesText) {
        let door = side.door
        text.comment("Open: the port, for \(door.openSeconds) s after the last knock.")
        text.rule("\(side.port.transport.word) dport \(side.port.number) \(side.isIn(door.sequence.count)) accept")
        for stage in (1..<door.sequence.count).reversed() {
            let next = stage + 1 == door.sequence.count ? "opens" : "leads to stage \(stage + 1)"
            let again = stage == 1 ? "" : " That one again, as networks repeat packets, changes nothing."
            text.comment(
                "Stage \(stage), after \(door.knock(stage)): \(door.knock(stage + 1)) \(next).\(again) Anything else ends "
                    + "the attempt.")
            text.rule(
                "\(side.isIn(stage)) \(side.knock(stage + 1)) \(side.leave(stage)) \(side.enter(stage + 1)) return")
            if stage > 1 { text.rule("\(side.isIn(stage)) \(side.knock(stage)) return") }
            text.rule(side.leave(stage))
        }
        text.comment("The first knock begins an attempt, or begins it anew.")
        text.rule("\(side.knock(1)) \(side.enter(1))")
    }

    /// Each door for each kind of address that it opens to.
    private var sides: [Side] {
        rules.doors.flatMap { door in
            AddressFamily.allCases.compactMap { family in
                door.ports[family].map { Side(door: door, family: family, port: $0) }
            }
        }
    }

    private var chains: [String] {
        ["knock", "knock-doors"] + rules.doors.map(\.tag) + sides.map(\.chain)
    }

    /// `tcp flags & (MASK) == SET`
    fileprivate static func flags(_ rule: TCPFlagRule) -> String {
        func list(_ flags: TCPFlags) -> String {
            flags.isEmpty ? "0x0" : flags.description.replacing(",", with: " | ")
        }
        return "tcp flags & (\(list(rule.required.union(rule.forbidden)))) == \(list(rule.required))"
    }
}

/// A door for one kind of address: its chain, and its sets.
private struct Side {
    let door: KernelDoor
    let family: AddressFamily
    let port: OpenedPort

    /// As nft calls the kind.
    var word: String { family == .ipv4 ? "ip" : "ip6" }

    var chain: String { "\(door.tag).\(family.rawValue.lowercased())" }

    /// The addresses at a stage; at the last one they have opened the door.
    func set(_ stage: Int) -> String { "\(chain).\(stage == door.sequence.count ? "open" : String(stage))" }

    func isIn(_ stage: Int) -> String { "\(word) saddr @\(set(stage))" }

    /// An update, not an addition: that would not begin the time of one who is there anew.
    func enter(_ stage: Int) -> String {
        let seconds = stage == door.sequence.count ? door.openSeconds : door.stageSeconds
        return "update @\(set(stage)) { \(word) saddr timeout \(seconds)s }"
    }

    func leave(_ stage: Int) -> String { "delete @\(set(stage)) { \(word) saddr }" }

    func knock(_ stage: Int) -> String {
        let knock = door.knock(stage)
        let flags = knock.transport == .tcp ? NFTablesRules.flags(door.flagRule) + " " : ""
        return "\(flags)\(knock.transport.word) dport \(knock.port)"
    }
}
