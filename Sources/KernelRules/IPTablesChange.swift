import Base

/// The effect of one iptables command on a chain, in a form that is the same for adding a rule and for deleting it.
struct IPTablesChange {
    private enum Verb {
        case add
        case delete
        case deleteByNumber
        case flush
        case policy
    }

    private var verb: Verb?
    private var table = "filter"
    private var chain = ""
    private var target = ""
    /// The options with their values, without the target, in their most usual spelling.
    private var parts: [String] = []

    /// - Parameter words: the arguments. Nil if they change nothing, or cannot be understood.
    init?(_ words: [String]) {
        var rest = words[...]
        while let word = rest.popFirst() {
            var values: [String] = []
            while let value = rest.first, !value.hasPrefix("-") || value == "-", value != "!" {
                values.append(value)
                rest.removeFirst()
            }
            take(word, values)
        }
        if verb == nil { return nil }
    }

    private mutating func take(_ option: String, _ values: [String]) {
        switch option {
        case "-A", "--append": begin(.add, values)
        case "-I", "--insert": begin(.add, values)
        case "-D", "--delete":
            begin(values.count > 1 && Decimal.isNumber(values[1]) ? .deleteByNumber : .delete, values)
        case "-F", "--flush": begin(.flush, values)
        case "-P", "--policy":
            begin(.policy, values)
            target = values.dropFirst().first ?? ""
        case "-t", "--table": table = values.first ?? table
        case "-j", "--jump", "-g", "--goto":
            target = values.first ?? ""
        case "-w", "--wait", "-W", "--wait-interval", "-v", "--verbose", "-n", "--numeric", "-x", "--exact": break
        case "-m", "--match":
            // `-p tcp` implies this match.
            if let name = values.first, name != "tcp", name != "udp" { parts.append("-m \(name)") }
        default: parts.append(([Self.names[option] ?? option] + values.map(Self.plain)).joined(separator: " "))
        }
    }

    private mutating func begin(_ verb: Verb, _ values: [String]) {
        self.verb = verb
        chain = values.first ?? ""
    }

    /// The change under the name of this program.
    func change(of program: String) -> FirewallChange? {
        let subject = ([program, table, chain, target] + parts.sorted()).joined(separator: " ")
        switch verb {
        case .add: return change(subject, adds: true)
        case .delete: return change(subject, adds: false)
        case .policy:
            let subject = [program, table, chain].joined(separator: " ")
            return FirewallChange(effect: target == "ACCEPT" ? .opens : .closes, subject: subject)
        case .deleteByNumber, .flush: return .closesAnything
        case nil: return nil
        }
    }

    private func change(_ subject: String, adds: Bool) -> FirewallChange? {
        if Self.blocking.contains(target) { return FirewallChange(effect: adds ? .closes : .opens, subject: subject) }
        if target.isEmpty || Self.passing.contains(target) { return nil }
        return FirewallChange(effect: adds ? .opens : .closes, subject: subject)
    }

    private static let blocking: Set<String> = ["DROP", "REJECT", "TARPIT", "STEAL"]
    /// Targets after which a packet continues with the next rule.
    private static let passing: Set<String> = [
        "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "CT", "NOTRACK", "TTL", "TOS", "DSCP", "CLASSIFY", "AUDIT", "TRACE",
        "MASQUERADE", "SNAT",
    ]

    private static let names = [
        "--source": "-s", "--src": "-s", "--destination": "-d", "--dst": "-d", "--protocol": "-p", "--proto": "-p",
        "--in-interface": "-i", "--out-interface": "-o", "--destination-port": "--dport", "--source-port": "--sport",
    ]

    private static let services = [
        "ssh": "22", "telnet": "23", "smtp": "25", "domain": "53", "http": "80", "https": "443", "ftp": "21",
    ]

    private static func plain(_ value: String) -> String {
        value == "%IP%/32" ? "%IP%" : services[value] ?? value
    }
}
