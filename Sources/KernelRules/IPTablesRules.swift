import Knocks
import Packets

/// Rules for iptables-restore, or ip6tables-restore: the `recent` match remembers who has knocked how far.
///
/// The lists of a door are split in eight by the last bits of the address, since the kernel keeps 100 addresses a list
/// unless it was told otherwise. A rule cannot test one list and set another: a chain for each stage does that.
package struct IPTablesRules {
    private static let shares = 8

    let rules: KernelRules
    let family: AddressFamily

    /// The ruleset, line by line. Without a door that the kernel can do it holds comments alone, and loading it changes
    /// nothing.
    package static func lines(_ rules: KernelRules, for family: AddressFamily) -> [String] {
        var text = RulesText()
        IPTablesRules(rules: rules, family: family).write(&text)
        return text.lines
    }

    private func write(_ text: inout RulesText) {
        writeHead(&text)
        if rules.doors.isEmpty { return }
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

    private func writeHead(_ text: inout RulesText) {
        let program = family == .ipv4 ? "iptables" : "ip6tables"
        text.comment("Knock sequences without a daemon, for \(program)-restore. \(family.rawValue) only.")
        rules.introduce(in: &text)
        text.comment("")
        if rules.doors.isEmpty {
            text.comment("Nothing is left that these rules could do: there are none.")
            return
        }
        text.comment(
            rules.isOnlyKnocks
                ? "Load with \(program)-restore --noflush, which replaces these chains and no others. Then jump to them "
                    + "from your own rules, behind what accepts established connections and before what drops or "
                    + "rejects: \(program) -A INPUT -j knock"
                : "This replaces all of the filter table. Load it so that a mistake does not lock you out: "
                    + "\(program)-apply, or a second way in.")
        text.comment("")
        text.comment(
            "The kernel remembers 100 addresses a list, and forgets the oldest for a new one; each list here is \(Self.shares), "
                + "for addresses that differ in their last three bits. For more, where recent is a module:")
        text.rule("#     modprobe xt_recent ip_list_tot=1000")
        text.comment("and where it is built into the kernel, on the kernel's command line:")
        text.rule("#     xt_recent.ip_list_tot=1000")
    }

    private func writeInput(_ text: inout RulesText) {
        text.comment("What this host says to itself, and what belongs to connections that are there.")
        text.rule("-A INPUT -i lo -j ACCEPT")
        text.rule("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
        switch family {
        case .ipv4:
            text.comment("ICMP: unreachable, echo request, time exceeded, parameter problem.")
            for type in [3, 8, 11, 12] { text.rule("-A INPUT -p icmp -m icmp --icmp-type \(type) -j ACCEPT") }
        case .ipv6:
            text.comment(
                "ICMPv6 (RFC 4890, 4.4): unreachable, too big, time exceeded, parameter problem, echo request; who "
                    + "listens to which group; router advertisements, and finding neighbours.")
            for type in [1, 2, 3, 4, 128, 130, 134, 135, 136] {
                text.rule("-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type \(type) -j ACCEPT")
            }
            text.comment("Answers of a DHCPv6 server: they do not come from where the question went.")
            text.rule("-A INPUT -s fe80::/10 -p udp -m udp --dport 546 -j ACCEPT")
        }
        text.comment("Knocks. What comes back from there falls to the policy, and is dropped.")
        text.rule("-A INPUT -j knock")
    }

    /// What is looked at for knocks at all.
    private func writeGate(_ text: inout RulesText) {
        text.comment(
            "knock: what is to this host and belongs to no connection. Segments that begin one, or are knocks by their "
                + "flags, and datagrams go on; nothing else counts, as a knock or against one.")
        text.rule("-A knock -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN")
        text.rule("-A knock -m addrtype ! --dst-type LOCAL -j RETURN")
        for interface in rules.interfaces.isEmpty ? [""] : rules.interfaces.map({ "-i \($0) " }) {
            for rule in rules.flagRules { text.rule("-A knock \(interface)-p tcp\(Self.flags(rule)) -g knock-doors") }
            text.rule("-A knock \(interface)-p udp -g knock-doors")
        }
        text.comment("knock-doors: each door judges the packet for itself.")
        for door in rules.doors { text.rule("-A knock-doors -j \(door.tag)") }
    }

    private func write(_ door: KernelDoor, _ text: inout RulesText) {
        guard let port = door.ports[family] else { return }
        text.comment("\(door.tag): \(door.name). Eight chains, by the last three bits of the address; each has lists of its own.")
        if let target = door.target { text.rule("-A \(door.tag) ! -d \(target) -j RETURN") }
        for share in 0..<Self.shares {
            let bits = family == .ipv4 ? "0.0.0.\(share)/0.0.0.7" : "::\(share)/::7"
            text.rule("-A \(door.tag) -s \(bits) -g \(door.tag).\(share)")
        }
        for share in 0..<Self.shares {
            text.comment(
                share == 0
                    ? "\(door.tag).0: an address whose last three bits are 000."
                    : "\(door.tag).\(share): the same for another eighth of the addresses.")
            write(Share(door: door, number: share, family: family), opening: port, isExplained: share == 0, &text)
        }
    }

    /// The chain of one eighth of the addresses, and its side chains.
    private func write(_ share: Share, opening port: OpenedPort, isExplained: Bool, _ text: inout RulesText) {
        func explain(_ comment: String) { if isExplained { text.comment(comment) } }
        let door = share.door
        explain("Open: the port, for \(door.openSeconds) s after the last knock.")
        text.rule(
            "-A \(share.chain) -p \(port.transport.word) --dport \(port.number)"
                + "\(share.check(share.openList, door.openSeconds)) -j ACCEPT")
        for stage in (1..<door.sequence.count).reversed() {
            let again = stage == 1 ? "" : " That one again, as networks repeat packets, changes nothing."
            explain(
                "Stage \(stage), after \(door.knock(stage)): within \(door.stageSeconds) s \(door.knock(stage + 1)) "
                    + "leads to the next chain.\(again) Anything else ends the attempt.")
            let check = share.check(share.list(stage), door.stageSeconds)
            text.rule("-A \(share.chain)\(share.knock(stage + 1))\(check) -g \(share.chain(to: stage + 1))")
            if stage > 1 { text.rule("-A \(share.chain)\(share.knock(stage))\(check) -j RETURN") }
            text.rule("-A \(share.chain)\(share.change("remove", share.list(stage)))")
        }
        explain("The first knock begins an attempt, or begins it anew.")
        text.rule("-A \(share.chain)\(share.knock(1))\(share.change("set", share.list(1)))")
        for stage in door.sequence.count > 1 ? Array(2...door.sequence.count) : [] {
            explain("\(share.chain(to: stage)): from stage \(stage - 1) to \(stage == door.sequence.count ? "open" : "stage \(stage)").")
            text.rule("-A \(share.chain(to: stage))\(share.change("remove", share.list(stage - 1)))")
            text.rule("-A \(share.chain(to: stage))\(share.change("set", share.list(stage)))")
        }
    }

    /// All chains of these rules, which iptables-restore wants to know first.
    private var chains: [String] {
        ["knock", "knock-doors"]
            + rules.doors.flatMap { door in
                [door.tag]
                    + (0..<Self.shares).flatMap { number in
                        let share = Share(door: door, number: number, family: family)
                        return [share.chain]
                            + (door.sequence.count > 1 ? (2...door.sequence.count).map(share.chain(to:)) : [])
                    }
            }
    }

    /// `--tcp-flags MASK SET`
    fileprivate static func flags(_ rule: TCPFlagRule) -> String {
        func list(_ flags: TCPFlags) -> String {
            flags.isEmpty ? "NONE" : flags.description.uppercased()
        }
        return " -m tcp --tcp-flags \(list(rule.required.union(rule.forbidden))) \(list(rule.required))"
    }
}

/// One eighth of a door's addresses: its chains, and its lists.
private struct Share {
    let door: KernelDoor
    let number: Int
    let family: AddressFamily

    var chain: String { "\(door.tag).\(number)" }

    /// The side chain that leads to a stage; the last one opens.
    func chain(to stage: Int) -> String { stage == door.sequence.count ? "\(chain).open" : "\(chain).to\(stage)" }

    /// The addresses at a stage; at the last one they have opened the door. One list would serve both kinds of address.
    func list(_ stage: Int) -> String {
        let name = stage == door.sequence.count ? "open" : String(stage)
        return "\(chain).\(name)\(family == .ipv6 ? ".ip6" : "")"
    }

    var openList: String { list(door.sequence.count) }

    func knock(_ stage: Int) -> String {
        let knock = door.knock(stage)
        let flags = knock.transport == .tcp ? IPTablesRules.flags(door.flagRule) : ""
        return " -p \(knock.transport.word)\(flags) --dport \(knock.port)"
    }

    func check(_ list: String, _ seconds: Int64) -> String {
        " -m recent --name \(list) --rcheck --seconds \(seconds)"
    }

    func change(_ verb: String, _ list: String) -> String { " -m recent --name \(list) --\(verb)" }
}
