import Base
package import Doors

extension ActionTemplate {
    /// The command that says with status 0 whether what this start command put in place is still there; nil where that
    /// cannot be told from the command alone.
    ///
    /// Known are one iptables or ip6tables command that adds a rule, and one nft command that adds elements to a set or map,
    /// each without anything around it that a shell would act on. The tokens, such as `%IP%`, stay in the command.
    package var inPlaceCheck: ActionTemplate? {
        guard let words = ShellLine(text).plainWords, let program = words.first.flatMap({ FirewallProgram($0.text) })
        else { return nil }
        let rest = words.dropFirst()
        let name = words[0].raw
        switch program {
        case .iptables:
            guard let check = Self.ruleCheck(rest) else { return nil }
            // It ends with 1 where there is no such rule, and with more for other reasons.
            return ActionTemplate("\(name) \(check); s=$?; [ $s -lt 2 ] || s=126; exit $s")
        case .nft:
            guard let check = NFTElements(rest.map(\.text).joined(separator: " "))?.get else { return nil }
            // It ends with 1 for whatever goes wrong: only where it can be asked at all does that mean that nothing is there.
            return ActionTemplate("\(name) list tables >/dev/null 2>&1 || exit 126; \(name) \(check)")
        }
    }

    /// `-A` and `-I` become `-C`, and the rule's number behind `-I` goes: `-C` takes none. All else stays as it was written,
    /// for `-C` finds the rule that the same words made.
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

    /// What iptables takes for a command, of which it takes one; and options that it refuses beside `-C`. Where one of these
    /// words is the value of another option, nothing is known.
    private static let iptablesCommands: Set<String> = [
        "-A", "--append", "-I", "--insert", "-D", "--delete", "-R", "--replace", "-C", "--check", "-L", "--list", "-S",
        "--list-rules", "-F", "--flush", "-Z", "--zero", "-N", "--new", "--new-chain", "-X", "--delete-chain", "-P",
        "--policy", "-E", "--rename-chain", "-h", "--help", "-V", "--version", "-c", "--set-counters",
    ]
}
