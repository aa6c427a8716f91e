import Base
import Hints
import Keys
import Linux
import Packets
import SignedKnocks

/// The signed knock that a command line with `--door` asks for, and the host.
struct SignedRequest: Equatable {
    /// The choice of the key.
    enum KeyChoice: Equatable {
        /// The only key for the host.
        case byHost
        case named(KeyName)
        case file(String)
    }

    /// The address that the knock names, for which the server opens the door.
    enum AddressChoice: Equatable {
        /// This machine's own address if the server sees the same one; otherwise none.
        case auto
        /// No address: the server opens the door for the source address that it sees.
        case none
        case given(IPAddress)
    }

    /// The choice of the key and its generation.
    struct Signer: Equatable {
        var key = KeyChoice.byHost
        /// Nil means the newest that is not revoked.
        var generation: Int?
        var allowsExample = false
    }

    var host = ""
    var door = ""
    var signer = Signer()
    /// 0 means the door's own time.
    var seconds: UInt32 = 0
    var operation = SignedKnockBody.Operation.open
    var address = AddressChoice.auto
    var port = SignedKnockLayout.defaultPort
    /// The time by which the server's clock is ahead of this machine's.
    var timeOffset: Milliseconds = 0
    var isPrinted = false
    var family = NameLookup.Family.any
    /// The interface and source port that the knock leaves from.
    var origin = KnockOrigin()
    var isVerbose = false
}

extension SignedRequest {
    static var options: [CommandLineOptions.Option] {
        [
            .init("D", "door", takesValue: true), .init("k", "key", takesValue: true),
            .init("t", "for", takesValue: true), .init("c", "close"), .init("a", "address", takesValue: true),
            .init("p", "port", takesValue: true), .init("g", "generation", takesValue: true),
            .init("T", "time-offset", takesValue: true), .init("P", "print"), .init("E", "allow-example-key"),
        ]
    }

    /// Whether an option is valid only for signed knocks.
    static func isOption(_ letter: Character) -> Bool { options.contains { $0.letter == letter } }

    /// Reads a command line that getopt has split. The last of contradicting options wins.
    init(options: [(letter: Character, value: String)], operands: [String]) throws(UsageError) {
        guard options.contains(where: { $0.letter == "D" }) else {
            throw .noDoor(option: Self.name(of: options.first { Self.isOption($0.letter) }?.letter))
        }
        for (letter, value) in options { try take(letter, value) }
        if operation == .close, seconds != 0 { throw .secondsInClose }
        guard let host = operands.first else { throw .nothingToDo }
        if host.isEmpty { throw .emptyHost }
        if operands.count > 1 { throw .portsBesideDoor(word: operands[1]) }
        self.host = host
    }

    private mutating func take(_ letter: Character, _ value: String) throws(UsageError) {
        switch letter {
        case "D":
            guard SignedKnockBody.isDoorName(value) else { throw .badDoor(word: value) }
            door = value
        case "k": signer.key = try Self.key(value)
        case "t": seconds = try Self.number(value, .badSeconds(word: value))
        case "c": operation = .close
        case "a": address = try Self.address(value)
        case "p": port = try Self.number(value, .badSignedPort(word: value))
        case "g": signer.generation = Int(try Self.number(value, .badGeneration(word: value)) as UInt32)
        case "T": timeOffset = try Self.timeOffset(value)
        case "P": isPrinted = true
        case "E": signer.allowsExample = true
        case "4": family = .ipv4
        case "6": family = .ipv6
        case "i": origin.interface = try KnockCommand.interface(value)
        case "s": origin.port = try KnockCommand.sourcePort(value)
        case "v": isVerbose = true
        default: throw .notWithDoor(option: Self.name(of: letter))
        }
    }

    private static func name(of letter: Character?) -> String {
        "--" + (KnockRequest.options.first { $0.letter == letter }?.name ?? "")
    }

    private static func key(_ word: String) throws(UsageError) -> KeyChoice {
        if word.contains("/") { return .file(word) }
        guard let name = KeyName(word) else { throw .badKey(word: word) }
        return .named(name)
    }

    private static func address(_ word: String) throws(UsageError) -> AddressChoice {
        if word == "auto" { return .auto }
        if word == "none" { return .none }
        guard let address = IPAddress(word) else { throw .badAddress(word: word) }
        guard SignedAddress.isAllowed(address, onLoopback: false) else { throw .refusedAddress(word: word) }
        return .given(address)
    }

    /// Reads a number of at least 1.
    private static func number<Number: FixedWidthInteger>(
        _ word: String, _ error: UsageError
    ) throws(UsageError) -> Number {
        guard let number = Decimal.number(word).flatMap({ Number(exactly: $0) }), number > 0 else { throw error }
        return number
    }

    private static func timeOffset(_ word: String) throws(UsageError) -> Milliseconds {
        let digits = word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word[...]
        // A clock is never wrong by more than about a thousand years.
        guard let seconds = Decimal.number(digits), seconds < 32_000_000_000 else { throw .badTimeOffset(word: word) }
        return (word.hasPrefix("-") ? -seconds : seconds) * 1000
    }
}
