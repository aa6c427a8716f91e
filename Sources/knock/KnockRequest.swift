import Linux

/// What the user asks for.
enum KnockCommand: Equatable {
    case help
    case version
    case knock(KnockRequest)
}

/// A command line understood: which knocks, at which host, and how.
struct KnockRequest: Equatable {
    var host = ""
    /// In their order; never empty.
    var knocks: [Knock] = []
    var family = NameLookup.Family.any
    /// Between two ports.
    var delay: Milliseconds = 0
    var isVerbose = false
}

extension KnockRequest {
    /// The options of knockd's client, which all its scripts may use.
    static var options: [CommandLineOptions.Option] {
        [
            .init("u", "udp"), .init("d", "delay", takesValue: true), .init("4", "ipv4"), .init("6", "ipv6"),
            .init("v", "verbose"), .init("V", "version"), .init("h", "help"),
        ]
    }
}

extension KnockCommand {
    /// Understands a command line that getopt has taken apart. Of contradicting options the last one counts.
    init(
        options: [(letter: Character, value: String)], operands: [String], lookup: Knock.ServiceLookup
    ) throws(UsageError) {
        var request = KnockRequest()
        var onlyUDP = false
        for (letter, value) in options {
            switch letter {
            case "h": self = .help; return
            case "V": self = .version; return
            case "u": onlyUDP = true
            case "v": request.isVerbose = true
            case "4": request.family = .ipv4
            case "6": request.family = .ipv6
            case "d": request.delay = try Self.delay(value)
            default: throw .unknownOption
            }
        }
        guard let host = operands.first else { throw .nothingToDo }
        if host.isEmpty { throw .emptyHost }
        if operands.count == 1 { throw .noPorts(host: host) }
        request.host = host
        for word in operands.dropFirst() {
            request.knocks.append(try Knock(word, onlyUDP: onlyUDP, lookup: lookup))
        }
        self = .knock(request)
    }

    private static func delay(_ word: String) throws(UsageError) -> Milliseconds {
        if let span = Decimal.number(word) { return span }
        if word.hasPrefix("-"), Decimal.number(word.dropFirst()) != nil { throw .negativeDelay }
        throw .badDelay(word: word)
    }
}
