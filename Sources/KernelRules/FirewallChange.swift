import Base

/// One change that a program makes to a firewall, under a name that it shares with the opposite change.
struct FirewallChange: Equatable {
    enum Effect: Equatable {
        case opens
        case closes
        /// It removes something that cannot be determined, so anything may be closed now.
        case closesAnything
    }

    let effect: Effect
    /// The rule or element that is opened or closed, in the program's words. Their order is normalised where it has no
    /// meaning.
    let subject: String
    /// Whether the firewall undoes it after a time given in the command.
    var isTemporary = false

    static let closesAnything = FirewallChange(effect: .closesAnything, subject: "")

    /// Reads what a program changes; nil if it changes nothing, or its effect is unknown.
    init?(_ program: RunProgram) {
        let words = program.arguments.map(\.text)
        let change: FirewallChange? =
            switch program.name {
            case "iptables", "iptables-nft", "iptables-legacy": IPTablesChange(words)?.change(of: "iptables")
            case "ip6tables", "ip6tables-nft", "ip6tables-legacy":
                IPTablesChange(words)?.change(of: "ip6tables")
            case "nft": Self.nft(words)
            case "ufw": Self.ufw(words)
            case "firewall-cmd": Self.firewallCmd(words)
            case "ipset": Self.ipset(words)
            case "csf": Self.csf(words)
            case "iptables-restore", "ip6tables-restore": .closesAnything
            default: Self.byName(program, words)
            }
        guard let change else { return nil }
        self = change
    }

    init(effect: Effect, subject: String, isTemporary: Bool = false) {
        self.effect = effect
        self.subject = subject
        self.isTemporary = isTemporary
    }

    // MARK: nft

    private static func nft(_ words: [String]) -> FirewallChange? {
        let text = words.joined(separator: " ")
        let commands = text.split(separator: ";").map(String.init)
        // Of several commands the first that changes something stands for all.
        return commands.count > 1 ? commands.lazy.compactMap(nftCommand).first : nftCommand(text)
    }

    private static func nftCommand(_ text: String) -> FirewallChange? {
        var words = text.split { " \t{},".contains($0) }.map(String.init)
        words.removeAll { $0.hasPrefix("-") }
        guard words.count > 1 else { return nil }
        switch (words[0], words[1]) {
        case ("add", "element"), ("create", "element"):
            return FirewallChange(effect: .opens, subject: elements(words), isTemporary: words.contains("timeout"))
        case ("delete", "element"), ("destroy", "element"):
            return FirewallChange(effect: .closes, subject: elements(words))
        case ("add", "rule"), ("insert", "rule"):
            if !words.filter(["accept", "dnat", "redirect", "jump", "goto"].contains).isEmpty {
                return FirewallChange(effect: .opens, subject: "nft rule")
            }
            let blocks = words.contains("drop") || words.contains("reject")
            return blocks ? FirewallChange(effect: .closes, subject: "nft rule") : nil
        case ("delete", _), ("destroy", _), ("flush", _), ("reset", _): return .closesAnything
        default: return nil
        }
    }

    /// The name of a set and the keys of its elements.
    private static func elements(_ words: [String]) -> String {
        var names: [String] = []
        var rest = words.dropFirst(2)
        while let word = rest.popFirst() {
            if ["timeout", "expires", "comment"].contains(word) {
                _ = rest.popFirst()
            } else {
                names.append(word)
            }
        }
        return "nft " + names.joined(separator: " ")
    }

    // MARK: ufw

    private static func ufw(_ words: [String]) -> FirewallChange? {
        var words = words.filter { !$0.hasPrefix("--") }[...]
        switch words.first {
        case "disable": return FirewallChange(effect: .opens, subject: "ufw")
        case "enable": return FirewallChange(effect: .closes, subject: "ufw")
        case "reset": return .closesAnything
        default: break
        }
        let isRouted = words.first == "route"
        if isRouted { words.removeFirst() }
        let isDeleted = words.first == "delete"
        if isDeleted { words.removeFirst() }
        if words.first == "insert" { words = words.dropFirst(2) }
        if words.first == "prepend" { words.removeFirst() }
        guard let verb = words.popFirst() else { return nil }
        if isDeleted, Decimal.isNumber(verb) { return .closesAnything }
        if let comment = words.firstIndex(of: "comment") { words = words[..<comment] }
        // `proto tcp` may come before or after the addresses.
        if let proto = words.firstIndex(of: "proto"), proto + 1 < words.endIndex {
            words = (words[..<proto] + words[(proto + 2)...] + words[proto...(proto + 1)])[...]
        }
        let subject = (isRouted ? "ufw route " : "ufw ") + words.joined(separator: " ")
        switch verb {
        case "allow", "limit": return FirewallChange(effect: isDeleted ? .closes : .opens, subject: subject)
        case "deny", "reject": return FirewallChange(effect: isDeleted ? .opens : .closes, subject: subject)
        default: return nil
        }
    }

    // MARK: firewalld

    private static func firewallCmd(_ words: [String]) -> FirewallChange? {
        var subject: [String] = []
        var effect: Effect?
        var isTemporary = false
        var rest = words[...]
        while let word = rest.popFirst() {
            var (option, value) = (word, "")
            if let sign = word.firstIndex(of: "=") {
                (option, value) = (String(word[..<sign]), String(word[word.index(after: sign)...]))
            }
            switch option {
            case "--permanent", "--quiet", "-q": continue
            case "--timeout":
                if value.isEmpty { _ = rest.popFirst() }
                isTemporary = true
            case "--panic-on": return .closesAnything
            case "--panic-off": return FirewallChange(effect: .opens, subject: "firewalld")
            case _ where option.hasPrefix("--add-"):
                effect = .opens
                subject += [String(option.dropFirst(6)), value]
            case _ where option.hasPrefix("--remove-"):
                effect = .closes
                subject += [String(option.dropFirst(9)), value]
            default: subject += [option, value]
            }
        }
        guard let effect else { return nil }
        let text = subject.filter { !$0.isEmpty }.joined(separator: " ").filter { $0 != "\"" && $0 != "'" }
        let blocks = text.hasSuffix(" drop") || text.hasSuffix(" reject")
        return FirewallChange(
            effect: blocks == (effect == .opens) ? .closes : .opens, subject: "firewalld " + text,
            isTemporary: isTemporary)
    }

    // MARK: Others

    private static func ipset(_ words: [String]) -> FirewallChange? {
        var words = words.filter { !["-exist", "-!", "-q", "-quiet", "--exist", "--quiet"].contains($0) }
        guard let verb = words.first else { return nil }
        let timeout = words.firstIndex(of: "timeout")
        if let timeout { words.removeSubrange(timeout..<min(timeout + 2, words.count)) }
        let subject = "ipset " + words.dropFirst().joined(separator: " ")
        switch verb {
        case "add", "-A", "--add":
            return FirewallChange(effect: .opens, subject: subject, isTemporary: timeout != nil)
        case "del", "-D", "--del": return FirewallChange(effect: .closes, subject: subject)
        case "flush", "-F", "--flush", "destroy", "-X", "--destroy": return .closesAnything
        default: return nil
        }
    }

    private static func csf(_ words: [String]) -> FirewallChange? {
        switch words.first {
        case "-a", "--add": FirewallChange(effect: .opens, subject: "csf")
        case "-ta", "--tempallow": FirewallChange(effect: .opens, subject: "csf", isTemporary: true)
        case "-ar", "--addrm", "-tr", "--temprm", "-d", "--deny", "-td", "--tempdeny":
            FirewallChange(effect: .closes, subject: "csf")
        default: nil
        }
    }

    /// Guesses the effect of an unknown program by its name, or by its first argument, as in `open-ssh %IP%` or `door
    /// add %IP%`. It opens something only if it is given the address.
    private static func byName(_ program: RunProgram, _ words: [String]) -> FirewallChange? {
        if QuietProgram.names.contains(program.name) { return nil }
        var verbs = NameWords.words(of: program.name)
        if let first = words.first, !first.contains("%"), !first.contains("/") { verbs += NameWords.words(of: first) }
        if verbs.contains(where: NameWords.closing.contains) { return .closesAnything }
        let isGivenAddress = program.arguments.contains {
            $0.text.contains("%IP%") || $0.raw.contains("KNOCK_ADDRESS")
        }
        guard isGivenAddress, verbs.contains(where: NameWords.opening.contains) else { return nil }
        return FirewallChange(effect: .opens, subject: "")
    }
}

/// Splits a program's name into words.
private enum NameWords {
    static let opening: Set<String> = ["open", "allow", "accept", "permit", "grant", "unlock", "add", "whitelist"]
    static let closing: Set<String> = [
        "close", "delete", "del", "remove", "revoke", "deny", "block", "drop", "reject", "ban", "lock", "shut", "stop",
    ]

    /// `openSSH.sh` becomes open, ssh and sh.
    static func words(of name: String) -> [String] {
        var words = [""]
        var wasLower = false
        for scalar in name.unicodeScalars {
            let isUpper = ("A"..."Z").contains(scalar)
            let isLetter = isUpper || ("a"..."z").contains(scalar)
            if !isLetter || isUpper && wasLower { words.append("") }
            if isLetter { words[words.count - 1].unicodeScalars.append(scalar) }
            wasLower = isLetter && !isUpper
        }
        return words.filter { !$0.isEmpty }.map { $0.lowercased() }
    }
}

/// Programs that open and close nothing in a firewall.
enum QuietProgram {
    static let names: Set<String> = [
        ":", "[", "aplay", "at", "awk", "batch", "beep", "break", "cat", "cd", "chmod", "chown", "conntrack", "cp",
        "curl",
        "date", "done", "echo", "esac", "ether-wake", "etherwake", "exit", "export", "false", "fi", "grep", "halt",
        "id",
        "init", "initctl", "invoke-rc.d", "kill", "killall", "logger", "mail", "mailx", "mkdir", "mutt", "mv", "nc",
        "ncat",
        "netcat", "notify-send", "pkill", "poweroff", "printf", "rc-service", "read", "reboot", "return", "rm", "sed",
        "sendmail", "service", "set", "shutdown", "sleep", "socat", "sync", "systemctl", "tee", "test", "touch", "true",
        "uname", "uptime", "wait", "wakeonlan", "wall", "wget", "who", "whoami", "wol", "write",
    ]
}
