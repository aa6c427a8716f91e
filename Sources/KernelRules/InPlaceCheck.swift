import Base
package import Doors

extension ActionTemplate {
    /// The command that checks with status 0 whether this start command's effect is still in place; nil if the command
    /// alone does not show how.
    ///
    /// It knows one iptables or ip6tables command that adds a rule, and one nft command that adds elements to a set or
    /// map, each without anything that a shell would act on. Tokens such as `%IP%` stay in the command.
    package var inPlaceCheck: ActionTemplate? {
        guard let words = ShellLine(text).plainWords, let program = words.first.flatMap({ FirewallProgram($0.text) })
        else { return nil }
        let rest = words.dropFirst()
        let name = words[0].raw
        switch program {
        case .iptables:
            guard let check = Self.ruleCheck(rest) else { return nil }
            // iptables exits with 1 if there is no such rule, and with a higher status for other failures.
            return ActionTemplate("\(name) \(check); s=$?; [ $s -lt 2 ] || s=126; exit $s")
        case .nft:
            guard let check = NFTElements(rest.map(\.text).joined(separator: " "))?.get else { return nil }
            // nft exits with 1 for every failure, so 1 means that nothing is there only if nft can list tables at all.
            return ActionTemplate("\(name) list tables >/dev/null 2>&1 || exit 126; \(name) \(check)")
        }
    }

    /// The arguments for a check: `-A` or `-I` becomes `-C`, and the rule's number after `-I` is removed, since `-C`
    /// takes none. All other words stay, since `-C` finds a rule by the words that made it.
    private static func ruleCheck(_ words: ArraySlice<ShellLine.Word>) -> String? {
        let commands = words.indices.filter { iptablesCommands.contains(words[$0].text) }
        guard commands.count == 1, let command = commands.first,
            let chain = words.dropFirst(command - words.startIndex + 1).first,
            !chain.text.hasPrefix("-")
        else { return nil }
        var check = words.map(\.raw)
        let place = command - words.startIndex
        switch words[command].text {
        case "-A", "--append": break
        case "-I", "--insert":
            if place + 2 < check.count, Decimal.isNumber(check[place + 2]) { check.remove(at: place + 2) }
        default: return nil
        }
        check[place] = "-C"
        return check.joined(separator: " ")
    }

    /// Options that iptables takes for a command, of which it accepts one, and options that it rejects beside `-C`. If
    /// one of these words is the value of another option, the command is not understood.
    private static let iptablesCommands: Set<String> = [
        "-A", "--append", "-I", "--insert", "-D", "--delete", "-R", "--replace", "-C", "--check", "-L", "--list", "-S",
        "--list-rules", "-F", "--flush", "-Z", "--zero", "-N", "--new", "--new-chain", "-X", "--delete-chain", "-P",
        "--policy", "-E", "--rename-chain", "-h", "--help", "-V", "--version", "-c", "--set-counters",
    ]
}
