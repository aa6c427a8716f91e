import Knocks

/// The chain and the sets of a door for one address family.
struct NFTablesSide {
    /// The most addresses in a set. A full set accepts no more until some time out.
    private static let setSize = 65_536

    let door: KernelDoor
    let family: AddressFamily
    let port: OpenedPort

    /// The family's word in nft.
    var word: String { family == .ipv4 ? "ip" : "ip6" }

    var chain: String { "\(door.tag).\(family.rawValue.lowercased())" }

    func writeSets(_ text: inout RulesText) {
        text.comment(
            "\(door.tag), \(family.rawValue): the addresses at each stage, and those that have opened the door.")
        for stage in 1...door.sequence.count {
            text.rule(
                "set \(set(stage)) { type \(family.rawValue.lowercased())_addr; flags dynamic,timeout; "
                    + "size \(Self.setSize); }")
        }
        text.blank()
    }

    /// The rule that admits addresses for which the door is open.
    var admission: String {
        let flags = port.transport == .tcp ? NFTablesRules.flags(.initialSYN) + " " : ""
        return "\(flags)\(port.transport.word) dport \(port.number) \(isAt(door.sequence.count)) accept"
    }

    func writeChain(_ text: inout RulesText) {
        text.block("chain \(chain)") { text in
            for stage in (1..<door.sequence.count).reversed() { write(stage, &text) }
            text.comment("The first knock begins an attempt, or begins it anew.")
            text.rule("\(knock(1)) \(enter(1))")
        }
    }

    private func write(_ stage: Int, _ text: inout RulesText) {
        let next = stage + 1 == door.sequence.count ? "opens" : "leads to stage \(stage + 1)"
        let again = stage == 1 ? "" : " \(door.knock(stage)) again, as networks repeat packets, changes nothing."
        text.comment("Stage \(stage): \(door.knock(stage + 1)) \(next).\(again) Anything else ends the attempt.")
        text.rule("\(isAt(stage)) \(knock(stage + 1)) \(leave(stage)) \(enter(stage + 1)) return")
        if stage > 1 { text.rule("\(isAt(stage)) \(knock(stage)) return") }
        text.rule(leave(stage))
    }

    /// The name of the set of addresses at a stage; at the last stage the door is open.
    private func set(_ stage: Int) -> String { "\(chain).\(stage == door.sequence.count ? "open" : "\(stage)")" }

    private func isAt(_ stage: Int) -> String { "\(word) saddr @\(set(stage))" }

    /// Uses update, not add: add would not restart the time of an address that is in the set already.
    private func enter(_ stage: Int) -> String {
        let seconds = stage == door.sequence.count ? door.openSeconds : door.stageSeconds
        return "update @\(set(stage)) { \(word) saddr timeout \(seconds)s }"
    }

    private func leave(_ stage: Int) -> String { "delete @\(set(stage)) { \(word) saddr }" }

    private func knock(_ stage: Int) -> String {
        let knock = door.knock(stage)
        let flags = knock.transport == .tcp ? NFTablesRules.flags(door.flagRule) + " " : ""
        return "\(flags)\(knock.transport.word) dport \(knock.port)"
    }
}
