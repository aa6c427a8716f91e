import Doors
import Knocks

/// What a command of a door does to one port for the address that knocked, where that can be read with certainty: the
/// plain forms of iptables and ufw, and nothing that a shell would make something else of.
struct CommandReading: Equatable {
    enum Verb: Equatable {
        case open
        case close
    }

    let verb: Verb
    let port: OpenedPort

    /// Reads a command; nil wherever a doubt is left.
    init?(_ template: ActionTemplate) {
        let words = template.text.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard let program = words.first, words.allSatisfy(Self.isPlain) else { return nil }
        let rest = words.dropFirst()
        var facts = Facts()
        let isRead =
            switch program.split(separator: "/").last {
            case "iptables", "ip6tables": facts.readIPTables(rest)
            case "ufw": facts.readUFW(rest)
            default: false
            }
        guard isRead, facts.isForKnocker, facts.accepts, let verb = facts.verb, let transport = facts.transport,
            let number = facts.number
        else { return nil }
        self.verb = verb
        port = OpenedPort(transport, number)
    }

    /// Whether a shell takes a word for itself.
    private static func isPlain(_ word: String) -> Bool {
        word == "%IP%"
            || word.utf8.allSatisfy { byte in
                switch UnicodeScalar(byte) {
                case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", ",", ":", "/": true
                default: false
                }
            }
    }
}

/// What the words of a command have said so far. Each fact is said once.
private struct Facts {
    private(set) var verb: CommandReading.Verb?
    private(set) var transport: Knock.TransportProtocol?
    private(set) var number: UInt16?
    private(set) var isForKnocker = false
    private(set) var accepts = false

    /// Options of iptables and ip6tables; false for any that would leave a doubt, such as another chain than INPUT.
    mutating func readIPTables(_ words: ArraySlice<String>) -> Bool {
        var words = words
        while let option = words.popFirst() {
            switch option {
            case "-w", "--wait":
                if let seconds = words.first, OpenedPort.number(seconds) != nil { words.removeFirst() }
                continue
            case "--syn": continue
            default: break
            }
            guard let value = words.popFirst() else { return false }
            let isKnown =
                switch option {
                case "-I", "--insert": takeChain(value, .open, place: &words)
                case "-A", "--append": takeChain(value, .open)
                case "-D", "--delete": takeChain(value, .close)
                case "-t", "--table": value == "filter"
                case "-s", "--source", "--src": takeSource(value)
                case "-p", "--protocol", "--proto": takeTransport(value)
                case "--dport", "--destination-port": takeNumber(value)
                case "-m", "--match": ["tcp", "udp", "state", "conntrack", "comment"].contains(value)
                case "--state", "--ctstate": value.split(separator: ",").contains("NEW")
                case "--comment": true
                case "-j", "--jump": take(&accepts, value == "ACCEPT")
                default: false
                }
            if !isKnown { return false }
        }
        return true
    }

    /// `[insert N | prepend] allow [proto P] from %IP% to any port N [proto P]`, with `delete` in front to close.
    mutating func readUFW(_ words: ArraySlice<String>) -> Bool {
        var words = words
        verb = .open
        if words.first == "delete" {
            verb = .close
            words.removeFirst()
        } else if words.first == "prepend" {
            words.removeFirst()
        } else if words.first == "insert" {
            guard let place = words.dropFirst().first, OpenedPort.number(place) != nil else { return false }
            words = words.dropFirst(2)
        }
        guard words.popFirst() == "allow" else { return false }
        accepts = true
        while let word = words.popFirst() {
            guard let value = words.popFirst() else { return false }
            let isKnown =
                switch word {
                case "proto": takeTransport(value)
                case "from": takeSource(value)
                case "to": value == "any"
                case "port": takeNumber(value)
                default: false
                }
            if !isKnown { return false }
        }
        return true
    }

    private mutating func takeChain(_ name: String, _ verb: CommandReading.Verb) -> Bool {
        guard self.verb == nil, name == "INPUT" else { return false }
        self.verb = verb
        return true
    }

    private mutating func takeChain(
        _ name: String, _ verb: CommandReading.Verb, place words: inout ArraySlice<String>
    ) -> Bool {
        if let place = words.first, OpenedPort.number(place) != nil { words.removeFirst() }
        return takeChain(name, verb)
    }

    private mutating func takeSource(_ value: String) -> Bool { take(&isForKnocker, value == "%IP%") }

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

    private func take(_ fact: inout Bool, _ isTrue: Bool) -> Bool {
        defer { fact = true }
        return isTrue && !fact
    }
}
