import Base
import Doors
import Hints
import Keys
import Knocks
import Linux
import Packets

/// A fault in a value, with its place.
struct ValueError: Error {
    let field: Field
    let message: String
    /// The other program that the directive belongs to, if it belongs to one.
    var origin: ForeignDirective.Origin?

    init(field: Field, message: String, origin: ForeignDirective.Origin? = nil) {
        self.field = field
        self.message = message
        self.origin = origin
    }

    var diagnostic: Diagnostic { field.diagnostic(.error, message) }
}

/// Reads the values of directives strictly.
extension Field {
    /// Returns this line; throws if it is not UTF-8 text.
    func checkedText() throws(ValueError) -> Field {
        if bytes.contains(0) || !isUTF8 {
            throw ValueError(field: self, message: "the line holds bytes that are no text; write it in UTF-8")
        }
        return self
    }

    /// Reads a whole number of seconds, possibly with `s`, `sec` or `seconds` behind it. The largest is 2147483647, the
    /// largest int of knockd.
    func seconds() throws(ValueError) -> Milliseconds {
        let digits = bytes.prefix(while: Decimal.isDigit)
        let unit = part(bytes[digits.endIndex...]).trimmed.text.lowercased()
        let number = part(digits).number
        guard let number, number <= Int(Int32.max), ["", "s", "sec", "second", "seconds"].contains(unit) else {
            let example = number.flatMap { Self.seconds($0, unit) } ?? 10
            throw ValueError(field: self, message: "'\(text)' is no time; write whole seconds, such as \(example)")
        }
        return Milliseconds(number) * 1000
    }

    /// A number of minutes, hours or days in seconds; nil for another unit or a time too long.
    private static func seconds(_ number: Int, _ unit: String) -> Int? {
        let lengths = [
            "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "h": 3600, "hour": 3600, "hours": 3600,
            "d": 86_400, "day": 86_400, "days": 86_400,
        ]
        guard let length = lengths[unit], number <= Int(Int32.max) / length else { return nil }
        return number * length
    }

    /// Reads a number of seconds as `seconds()` does; throws if it is 0.
    func secondsAboveZero() throws(ValueError) -> Milliseconds {
        let time = try seconds()
        if time == 0 { throw ValueError(field: self, message: "0 leaves no time; write 1 or more") }
        return time
    }

    /// Reads a number from 1 to `ConfigurationLimits.greatestCount`.
    func count() throws(ValueError) -> Int {
        guard let number, number >= 1, number <= ConfigurationLimits.greatestCount else {
            throw ValueError(field: self, message: "'\(text)' is no count; write a number from 1 to 1000000")
        }
        return number
    }

    /// Reads exit statuses of a command, such as `0,1`.
    func exitStatuses() throws(ValueError) -> ExitStatuses {
        guard let statuses = ExitStatuses(text) else {
            throw ValueError(field: self, message: "'\(text)' is no list of exit statuses; write such as 0,1")
        }
        return statuses
    }

    /// Reads one of a few words, in any case.
    func word<Meaning>(_ meanings: [(word: String, meaning: Meaning)]) throws(ValueError) -> Meaning {
        let word = text.lowercased()
        if let found = meanings.first(where: { $0.word == word }) { return found.meaning }
        let words = meanings.map(\.word)
        let near = NearMiss.word(for: word, among: words)
        let advice = near.map { "did you mean \($0)?" } ?? "write \(words.joined(separator: " or "))"
        throw ValueError(field: self, message: "'\(text)' is unknown here; \(advice)")
    }

    /// Reads a numeric address.
    func address() throws(ValueError) -> IPAddress {
        guard let address = IPAddress(text) else {
            throw ValueError(field: self, message: "'\(text)' is no IP address; write one, such as 192.0.2.1")
        }
        return address
    }

    /// Reads any text that is not empty, such as a path.
    func something() throws(ValueError) -> String {
        if isEmpty { throw ValueError(field: self, message: "the value is missing; write one behind the '='") }
        return text
    }

    /// Reads a number from 1 to 4094.
    func vlan() throws(ValueError) -> UInt16 {
        guard let number, (1...4094).contains(number) else {
            throw ValueError(field: self, message: "'\(text)' is no VLAN; write its number, from 1 to 4094")
        }
        return UInt16(number)
    }

    /// Reads a number from 1 to `ConfigurationLimits.longestOneTimeWindow`.
    func oneTimeWindow() throws(ValueError) -> Int {
        let most = ConfigurationLimits.longestOneTimeWindow
        guard let number, (1...most).contains(number) else {
            throw ValueError(
                field: self,
                message: "'\(text)' is no number of lines; write one from 1 to \(most), such as 8")
        }
        return number
    }

    /// Reads `yes` or `no`.
    func yesOrNo() throws(ValueError) -> Bool {
        try word([("yes", true), ("no", false)])
    }

    /// Reads a name that Linux allows for an interface.
    func interfaceName() throws(ValueError) -> String {
        let name = try something()
        if !NetworkInterface.canBeNamed(name) {
            throw ValueError(field: self, message: "no interface can be named '\(name)'; write one, such as eth0")
        }
        return name
    }

    /// Reads `PORT[:PROTOCOL],…`. As in knockd, blanks may surround both, and text after a second colon is ignored.
    func knockSequence() throws(ValueError) -> KnockSequence {
        var knocks: [Knock] = []
        for item in try list(of: "knocks", \.couldBeKnock) {
            knocks.append(try item.knock())
        }
        guard let sequence = KnockSequence(knocks) else {
            throw ValueError(
                field: self,
                message: "\(knocks.count) knocks are too many; write at most \(KnocksLimits.knocksOfSequence)")
        }
        return sequence
    }

    private func knock() throws(ValueError) -> Knock {
        if !couldBeKnock, let meant = strangeKnock { throw ValueError(field: self, message: meant) }
        let parts = split(":").map(\.trimmed)
        let port = try parts[0].port(suchAs: "7000 or 7000:udp")
        guard parts.count > 1 else { return Knock(.tcp, port) }
        let transport = try parts[1].word([("tcp", Knock.TransportProtocol.tcp), ("udp", .udp)])
        return Knock(transport, port)
    }

    /// Reads `LISTENER, VERIFIER`, the names of two different users.
    func twoUsers() throws(ValueError) -> [String] {
        let names = split(",").map(\.trimmed.text)
        guard names.count == 2, !names.contains(""), names[0] != names[1] else {
            throw ValueError(
                field: self,
                message: "the roles need two users, one each; write User = LISTENER, VERIFIER")
        }
        return names
    }

    /// Reads `AT_ONCE, A_SECOND`, two numbers from 1 to 100000.
    func rateLimit() throws(ValueError) -> RateLimit {
        let numbers = split(",").map(\.trimmed.number)
        guard numbers.count == 2, let burst = numbers[0], let perSecond = numbers[1],
            (1...ConfigurationLimits.greatestRate).contains(burst),
            (1...ConfigurationLimits.greatestRate).contains(perSecond)
        else {
            throw ValueError(
                field: self,
                message: "'\(text)' is no rate; write how many at once, and how many a second then, such as 64, 16")
        }
        return RateLimit(burst: burst, perSecond: perSecond)
    }

    /// Reads a number from 1 to 65535.
    func port(suchAs example: String = "\(SignedKnockLayout.defaultPort)") throws(ValueError) -> UInt16 {
        guard let number, (1...65535).contains(number) else {
            let what = isEmpty ? "a port is missing" : "'\(text)' is no port"
            throw ValueError(field: self, message: "\(what); write a number from 1 to 65535, such as \(example)")
        }
        return UInt16(number)
    }

    /// Reads a time from 5 to 300 seconds.
    func timeWindow() throws(ValueError) -> Milliseconds {
        let time = try seconds()
        guard (ConfigurationLimits.shortestTimeWindow...ConfigurationLimits.longestTimeWindow).contains(time) else {
            throw ValueError(field: self, message: "'\(text)' is no window for signed knocks; write 5 to 300 seconds")
        }
        return time
    }

    /// Reads the name of a key or a server.
    func keyName(of what: String) throws(ValueError) -> KeyName {
        guard let name = KeyName(try something()) else {
            throw ValueError(
                field: self,
                message:
                    "'\(text)' is no name of a \(what); write at most \(KeysLimits.nameBytes) of A-Z a-z 0-9 . _ -, the first "
                    + "a letter or a digit")
        }
        return name
    }

    /// Reads `NAME,…` and notes the place of each name.
    func keyNames() throws(ValueError) -> [NamedKey] {
        var names: [NamedKey] = []
        for item in try list(of: "keys", { KeyName($0.text) != nil }) {
            if item.text == "*" {
                throw ValueError(field: item, message: "* means every key; write it alone, or leave it out")
            }
            names.append(NamedKey(name: try item.keyName(of: "key"), field: item))
        }
        return names
    }

    /// Reads `syn,!ack,…` and adds it to the flags of earlier lines. As in knockd, the later of two words for one flag
    /// wins.
    func tcpFlags(addedTo rule: TCPFlagRule) throws(ValueError) -> TCPFlagRule {
        var rule = rule
        _ = try list(of: "flags, and no blanks", { $0.flag != nil })
        for item in split(",") {
            guard let (flag, isNegated) = item.flag else {
                if item.trimmed.flag != nil {
                    let flags = split(",").map(\.trimmed.text).joined(separator: ",")
                    throw ValueError(field: item, message: "there are no blanks between flags; write \(flags)")
                }
                throw ValueError(
                    field: item,
                    message: "'\(item.text)' is no TCP flag; write fin, syn, rst, psh, ack or urg, "
                        + "with ! before it for \"must be clear\", commas between them and no blanks")
            }
            rule.required = isNegated ? rule.required.subtracting(flag) : rule.required.union(flag)
            rule.forbidden = isNegated ? rule.forbidden.union(flag) : rule.forbidden.subtracting(flag)
        }
        return rule
    }

    /// The flag with this name, and whether a `!` precedes it; nil if there is none.
    private var flag: (TCPFlags, isNegated: Bool)? {
        let isNegated = bytes.first == UInt8(ascii: "!")
        let name = part(isNegated ? bytes.dropFirst() : bytes)
        return TCPFlags(word: name.text).map { ($0, isNegated) }
    }
}
