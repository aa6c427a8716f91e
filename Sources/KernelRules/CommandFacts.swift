import Knocks

/// The facts read from a command's words so far. Each fact must occur once, and every word must be understood.
struct CommandFacts {
    private(set) var verb: CommandReading.Verb?
    private(set) var transport: Knock.TransportProtocol?
    private(set) var number: UInt16?
    private(set) var isForKnocker = false
    private(set) var accepts = false

    /// The iptables matches named so far, and those whose option has not come yet.
    private var matches: Set<String> = []
    private var unsaid: Set<String> = []

    /// Reads options of iptables and ip6tables. False for any option that leaves a doubt, such as a chain other than
    /// INPUT, and for options that these programs reject.
    mutating func readIPTables(_ words: ArraySlice<String>) -> Bool {
        var words = words
        while let option = words.popFirst() {
            switch option {
            case "-w", "--wait":
                if let seconds = words.first, OpenedPort.number(seconds) != nil { words.removeFirst() }
                continue
            case "--syn" where transport == .tcp: continue
            default: break
            }
            guard let value = words.popFirst(), takeIPTables(option, value, rest: &words) else { return false }
        }
        return unsaid.isEmpty
    }

    private mutating func takeIPTables(_ option: String, _ value: String, rest words: inout ArraySlice<String>) -> Bool
    {
        switch option {
        case "-I", "--insert":
            if let place = words.first, OpenedPort.number(place) != nil { words.removeFirst() }
            return takeChain(value, .open)
        case "-A", "--append": return takeChain(value, .open)
        case "-D", "--delete": return takeChain(value, .close)
        case "-t", "--table": return value == "filter"
        case "-s", "--source", "--src": return take(&isForKnocker, value == "%IP%")
        case "-p", "--protocol", "--proto": return takeTransport(value)
        case "--dport", "--destination-port": return transport != nil && takeNumber(value)
        case "-m", "--match": return takeMatch(value)
        case "--state": return matches.contains("state") && takeStates(value, of: "state")
        case "--ctstate": return matches.contains("conntrack") && takeStates(value, of: "conntrack")
        case "--comment": return unsaid.remove("comment") != nil
        case "-j", "--jump": return take(&accepts, value == "ACCEPT")
        default: return false
        }
    }

    /// Reads `[insert N | prepend] allow [proto P] from %IP% to any port N [proto P]`, or the same after `delete` to
    /// close. A port after `from` would be the source's.
    mutating func readUFW(_ words: ArraySlice<String>) -> Bool {
        var words = words
        verb = .open
        switch words.first {
        case "delete":
            verb = .close
            words.removeFirst()
        case "prepend": words.removeFirst()
        case "insert":
            guard let place = words.dropFirst().first, OpenedPort.number(place) != nil else { return false }
            words = words.dropFirst(2)
        default: break
        }
        guard words.popFirst() == "allow" else { return false }
        accepts = true
        var side = ""
        while let word = words.popFirst() {
            guard let value = words.popFirst() else { return false }
            let isKnown =
                switch word {
                case "proto": takeTransport(value)
                case "from": take(&isForKnocker, value == "%IP%")
                case "to": value == "any" && number == nil
                case "port": side == "to" && takeNumber(value)
                default: false
                }
            if !isKnown { return false }
            if word == "from" || word == "to" { side = word }
        }
        return true
    }

    private mutating func takeChain(_ name: String, _ verb: CommandReading.Verb) -> Bool {
        guard self.verb == nil, name == "INPUT" else { return false }
        self.verb = verb
        return true
    }

    private mutating func takeTransport(_ value: String) -> Bool {
        guard transport == nil, value == "tcp" || value == "udp" else { return false }
        transport = value == "tcp" ? .tcp : .udp
        return true
    }

    private mutating func takeNumber(_ value: String) -> Bool {
        guard number == nil, let port = OpenedPort.number(value) else { return false }
        number = port
        return true
    }

    private mutating func takeMatch(_ name: String) -> Bool {
        if name == transport?.word { return true }
        guard ["state", "conntrack", "comment"].contains(name), matches.insert(name).inserted else { return false }
        unsaid.insert(name)
        return true
    }

    private mutating func takeStates(_ list: String, of match: String) -> Bool {
        unsaid.remove(match) != nil && list.split(separator: ",").contains("NEW")
    }

    private func take(_ fact: inout Bool, _ isTrue: Bool) -> Bool {
        defer { fact = true }
        return isTrue && !fact
    }
}
