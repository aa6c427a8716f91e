import Knocks

/// The chains and lists for one eighth of the addresses at a door: those with the same last three bits.
struct IPTablesShare {
    /// The number of shares.
    static let count = 8

    let door: KernelDoor
    let family: AddressFamily
    let port: OpenedPort
    /// The value of the last three bits.
    let number: Int

    /// The addresses as an argument of `-s`: netmasks need not begin with ones.
    var addresses: String { family == .ipv4 ? "0.0.0.\(number)/0.0.0.7" : "::\(number)/::7" }

    var chain: String { "\(door.tag).\(number)" }

    /// All chains of this share.
    var chains: [String] { [chain] + laterStages.map(chain(to:)) }

    /// The rule that admits addresses for which the door is open.
    var admission: String {
        let flags = port.transport == .tcp ? IPTablesRules.flags(.initialSYN) : ""
        return "-s \(addresses) -p \(port.transport.word)\(flags) --dport \(port.number)"
            + "\(check(door.sequence.count, door.openSeconds)) -j ACCEPT"
    }

    /// Writes its rules, with explanations in the first share only.
    func write(_ text: inout RulesText) {
        text.comment(
            number == 0
                ? "\(chain): addresses that end with 000." : "\(chain): the same for another eighth of the addresses.")
        writeStages(&text)
        for stage in laterStages {
            explain("\(chain(to: stage)): the knock that fits leads to \(name(of: stage)).", &text)
            text.rule("-A \(chain(to: stage))\(change("remove", stage - 1))")
            text.rule("-A \(chain(to: stage))\(change("set", stage))")
        }
    }

    private func writeStages(_ text: inout RulesText) {
        for stage in laterStages.map({ $0 - 1 }).reversed() {
            let again = stage == 1 ? "" : " \(door.knock(stage)) again, as networks repeat packets, changes nothing."
            explain(
                "Stage \(stage): \(door.knock(stage + 1)) within \(door.stageSeconds) s leads on.\(again) Anything else "
                    + "ends the attempt.", &text)
            let isThere = check(stage, door.stageSeconds)
            text.rule("-A \(chain)\(knock(stage + 1))\(isThere) -g \(chain(to: stage + 1))")
            if stage > 1 { text.rule("-A \(chain)\(knock(stage))\(isThere) -j RETURN") }
            text.rule("-A \(chain)\(change("remove", stage))")
        }
        explain("The first knock begins an attempt, or begins it anew.", &text)
        text.rule("-A \(chain)\(knock(1))\(change("set", 1))")
    }

    private func explain(_ comment: String, _ text: inout RulesText) {
        if number == 0 { text.comment(comment) }
    }

    /// All stages but the first, which needs no chain, since there is no former stage to remove.
    private var laterStages: [Int] { Array((1...door.sequence.count).dropFirst()) }

    /// The name of a stage for comments; at the last stage the door is open.
    private func name(of stage: Int) -> String { stage == door.sequence.count ? "open" : "stage \(stage)" }

    /// The name of the chain that moves an address to a stage.
    private func chain(to stage: Int) -> String {
        stage == door.sequence.count ? "\(chain).open" : "\(chain).to\(stage)"
    }

    /// The name of the list of addresses at a stage. Both address families would share a list of one name, and a list
    /// that outlives its rules must not admit anybody to another port, or for longer.
    private func list(_ stage: Int) -> String {
        let opened = "open-\(port.number)\(port.transport.word)-\(door.openSeconds)s"
        return "\(chain).\(stage == door.sequence.count ? opened : "\(stage)")\(family == .ipv6 ? ".ip6" : "")"
    }

    private func knock(_ stage: Int) -> String {
        let knock = door.knock(stage)
        let flags = knock.transport == .tcp ? IPTablesRules.flags(door.flagRule) : ""
        return " -p \(knock.transport.word)\(flags) --dport \(knock.port)"
    }

    private func check(_ stage: Int, _ seconds: Int64) -> String {
        " -m recent --name \(list(stage)) --rcheck --seconds \(seconds)"
    }

    private func change(_ verb: String, _ stage: Int) -> String { " -m recent --name \(list(stage)) --\(verb)" }
}
