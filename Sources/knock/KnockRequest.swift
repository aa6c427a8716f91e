import Base
import Linux
import Packets

/// The command that the user gives.
enum KnockCommand: Equatable {
    case help
    case version
    case knock(KnockRequest)
    case sign(SignedRequest)
}

/// The classic knocks that a command line asks for, the host, and the options.
struct KnockRequest: Equatable {
    var host = ""
    /// The knocks in their order; empty only if they come from a one-time file.
    var knocks: [Knock] = []
    /// The file whose next line gives the knocks.
    var oneTimeFile: String?
    /// Whether to send every knock as a datagram, whatever its protocol.
    var onlyUDP = false
    var family = NameLookup.Family.any
    /// The pause between two ports.
    var delay: Milliseconds = 0
    /// The interface and source port that the knocks leave from.
    var origin = KnockOrigin()
    /// The flags of the TCP knocks; nil means an ordinary connection attempt by the kernel.
    var flags: TCPFlags?
    var isVerbose = false
}

extension KnockRequest {
    /// The options of knockd's client, which existing scripts may use, and our own.
    static var options: [CommandLineOptions.Option] {
        [
            .init("u", "udp"), .init("d", "delay", takesValue: true), .init("4", "ipv4"), .init("6", "ipv6"),
            .init("i", "interface", takesValue: true), .init("s", "source-port", takesValue: true),
            .init("f", "flags", takesValue: true), .init("o", "one-time", takesValue: true),
            .init("v", "verbose"), .init("V", "version"), .init("h", "help"),
        ] + SignedRequest.options
    }
}

extension KnockCommand {
    /// Reads a command line that getopt has split. The last of contradicting options wins.
    init(
        options: [(letter: Character, value: String)], operands: [String], lookup: Knock.ServiceLookup
    ) throws(UsageError) {
        let letters = options.map(\.letter)
        // The first of the two wins.
        if let first = letters.first(where: { $0 == "h" || $0 == "V" }) {
            self = first == "h" ? .help : .version
            return
        }
        if letters.contains(where: SignedRequest.isOption) {
            self = .sign(try SignedRequest(options: options, operands: operands))
            return
        }
        var request = KnockRequest()
        for (letter, value) in options {
            switch letter {
            case "u": request.onlyUDP = true
            case "v": request.isVerbose = true
            case "4": request.family = .ipv4
            case "6": request.family = .ipv6
            case "d": request.delay = try Self.delay(value)
            case "i": request.origin.interface = try Self.interface(value)
            case "s": request.origin.port = try Self.sourcePort(value)
            case "f": request.flags = try Self.flags(value)
            case "o": request.oneTimeFile = value
            default: throw .unknownOption(meant: nil)
            }
        }
        if request.onlyUDP, request.flags != nil { throw .flagsOfDatagrams }
        guard let host = operands.first else { throw .nothingToDo }
        if host.isEmpty { throw .emptyHost }
        request.host = host
        if let file = request.oneTimeFile {
            if file.isEmpty { throw .emptyFile }
            if operands.count > 1 { throw .portsBesideFile(word: operands[1]) }
        } else if operands.count == 1 {
            throw .noPorts(host: host)
        }
        for word in operands.dropFirst() {
            request.knocks.append(try Knock(word, onlyUDP: request.onlyUDP, lookup: lookup))
        }
        self = .knock(request)
    }

    private static func delay(_ word: String) throws(UsageError) -> Milliseconds {
        if let span = Decimal.number(word) { return span }
        if word.hasPrefix("-"), Decimal.number(word.dropFirst()) != nil { throw .negativeDelay }
        throw .badDelay(word: word)
    }

    static func interface(_ word: String) throws(UsageError) -> String {
        guard KnockOrigin.isInterfaceName(word) else { throw .badInterface(word: word) }
        return word
    }

    static func sourcePort(_ word: String) throws(UsageError) -> UInt16 {
        guard let port = Decimal.number(word).flatMap({ UInt16(exactly: $0) }), port > 0 else {
            throw .badSourcePort(word: word)
        }
        return port
    }

    /// Reads the flags in the words of `tcpflags`, but without `!`: a flag that is not named is clear.
    private static func flags(_ word: String) throws(UsageError) -> TCPFlags {
        var flags: TCPFlags = []
        for name in word.split(separator: ",", omittingEmptySubsequences: false) {
            guard let flag = TCPFlags(word: name) else { throw .badFlag(word: String(name)) }
            flags.insert(flag)
        }
        return flags
    }
}
