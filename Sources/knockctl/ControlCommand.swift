import Base
import Keys
import Linux

/// A command about the keys of a directory.
enum KeyCommand: Equatable {
    case add(KeyName, server: KeyName?, addresses: [HostAddress] = [])
    case list(asJSON: Bool)
    case rotate(KeyName, Grace, isForced: Bool)
    case revoke(KeyName, generation: Int?)
    case prune
    /// - isForced: whether the secret may be printed on a terminal.
    case export(KeyName, isForced: Bool = false)
    /// The file `-` is standard input.
    case `import`(file: String, ImportExpectation = ImportExpectation())
}

/// The values that the user expects in an imported key. Do not trust the values in the file itself.
struct ImportExpectation: Equatable {
    var name: KeyName?
    var server: KeyName?
    /// Whether it replaces a key of this name, even without proof.
    var replaces = false
    /// The addresses that its knocks may go to, instead of those in the file.
    var addresses: [HostAddress] = []
}

/// The way to find the directory of keys.
enum KeySource: Equatable {
    /// Nil means knockd's default configuration.
    case configuration(String?)
    case directory(String)
}

/// The command that a command line asks for.
enum ControlCommand: Equatable {
    case help
    case version
    case keys(KeyCommand, KeySource)
    case rules(RulesCommand)

    static let options: [CommandLineOptions.Option] = [
        .init("c", "config", takesValue: true), .init("D", "directory", takesValue: true),
        .init("s", "server", takesValue: true), .init("j", "json"), .init("G", "grace", takesValue: true),
        .init("u", "until-used"), .init("f", "force"), .init("g", "generation", takesValue: true),
        .init("d", "door", takesValue: true), .init("p", "port", takesValue: true), .init("k", "only-knocks"),
        .init("6", "ipv6"), .init("n", "name", takesValue: true), .init("r", "replace"),
        .init("a", "addresses", takesValue: true),
        .init("V", "version"), .init("h", "help"),
    ]

    /// The options of each command, without those that all commands take.
    private static let own: [String: String] = [
        "add": "sa", "list": "j", "rotate": "Guf", "revoke": "g", "prune": "", "export": "f", "import": "nsra",
    ]

    /// The commands of `knockctl keys`, in the order of a key's life.
    private static let verbs = ["add", "list", "rotate", "revoke", "prune", "export", "import"]

    /// Reads a command line that getopt has split. If an option is given twice, the last one wins.
    init(options: [(letter: Character, value: String)], operands: [String]) throws(ControlError) {
        if let first = options.first(where: { $0.letter == "h" || $0.letter == "V" }) {
            self = first.letter == "h" ? .help : .version
            return
        }
        let values = Dictionary(options.map { ($0.letter, $0.value) }) { $1 }
        switch operands.first {
        case "keys": break
        case "rules":
            self = .rules(try RulesCommand(operands: operands.dropFirst(), values))
            return
        case let word?: throw Self.unknown(word, "command", among: ["keys", "rules"])
        case nil: throw Self.wrong(ControlText.usage)
        }
        guard operands.count > 1, let own = Self.own[operands[1]] else {
            throw operands.count > 1
                ? Self.unknown(operands[1], "command of knockctl keys", among: Self.verbs)
                : Self.wrong("keys needs a command; write \(Self.list(Self.verbs))")
        }
        let verb = operands[1]
        try Self.check(values, known: own + "cD", of: "keys \(verb)")
        self = .keys(try Self.command(verb, Array(operands.dropFirst(2)), values), try Self.source(values))
    }

    /// Throws if an option is given that the command does not take.
    static func check(_ values: [Character: String], known: String, of command: String) throws(ControlError) {
        if let strange = options.first(where: { values[$0.letter] != nil && !known.contains($0.letter) }) {
            throw wrong("\(command) takes no --\(strange.name); leave it out")
        }
    }

    private static func command(
        _ verb: String, _ words: [String], _ values: [Character: String]
    ) throws(ControlError) -> KeyCommand {
        switch verb {
        case "add":
            return .add(
                try name(verb, words), server: try values["s"].map(server),
                addresses: try values["a"].map(addresses) ?? [])
        case "rotate": return .rotate(try name(verb, words), try grace(values), isForced: values["f"] != nil)
        case "revoke": return .revoke(try name(verb, words), generation: try values["g"].map(generation))
        case "export": return .export(try name(verb, words), isForced: values["f"] != nil)
        case "import":
            return .import(
                file: try only(verb, words, "a key file, or - for standard input"),
                ImportExpectation(
                    name: try values["n"].map(name), server: try values["s"].map(server), replaces: values["r"] != nil,
                    addresses: try values["a"].map(addresses) ?? []))
        default:
            if let word = words.first { throw wrong("keys \(verb) takes no '\(word)'; leave it out") }
            return verb == "list" ? .list(asJSON: values["j"] != nil) : .prune
        }
    }

    private static func only(_ verb: String, _ words: [String], _ what: String) throws(ControlError) -> String {
        guard let word = words.first, !word.isEmpty else {
            throw wrong("keys \(verb) needs \(what); write it after \(verb)")
        }
        if words.count > 1 { throw wrong("keys \(verb) takes no '\(words[1])'; write one name at a time") }
        return word
    }

    private static func name(_ verb: String, _ words: [String]) throws(ControlError) -> KeyName {
        try name(try only(verb, words, "the name of a key"))
    }

    private static func name(_ word: String) throws(ControlError) -> KeyName {
        if let name = KeyName(word) { return name }
        throw wrong(
            "'\(word)' is not a name; write 1 to \(KeysLimits.nameBytes) \(KeyName.rule)")
    }

    private static func server(_ word: String) throws(ControlError) -> KeyName { try name(word) }

    private static func addresses(_ list: String) throws(ControlError) -> [HostAddress] {
        if let addresses = KeyFile.addresses(list) { return addresses }
        throw wrong(
            "'\(list)' is not a list of addresses; write at most \(KeysLimits.addresses), such as "
                + "198.18.0.1,2001:db8::1")
    }

    private static func generation(_ word: String) throws(ControlError) -> Int {
        if let number = Decimal.number(word), (1...Int64(KeysLimits.greatestNumber)).contains(number) {
            return Int(number)
        }
        throw wrong("'\(word)' is not a generation; write a number that knockctl keys list shows")
    }

    private static func grace(_ values: [Character: String]) throws(ControlError) -> Grace {
        guard let word = values["G"] else { return values["u"] == nil ? .usual : .untilUsed }
        if values["u"] != nil { throw wrong("--grace and --until-used exclude each other; leave out one of them") }
        guard let grace = Grace(word) else {
            throw wrong("'\(word)' is not a time; write a number and s, m, h, d or w, such as 7d")
        }
        return grace
    }

    private static func source(_ values: [Character: String]) throws(ControlError) -> KeySource {
        if values["c"] == "" || values["D"] == "" { throw wrong("the path is empty; write one after the option") }
        guard let directory = values["D"] else { return .configuration(values["c"]) }
        if values["c"] != nil { throw wrong("--config and --directory exclude each other; leave out one of them") }
        return .directory(directory)
    }

    static func wrong(_ message: String) -> ControlError { ControlError(.usage, message) }

    /// An error for an unknown word. It suggests a similar word, or lists all.
    static func unknown(_ word: String, _ kind: String, among known: [String]) -> ControlError {
        let advice = Spelling.nearest(to: word, among: known).map { "did you mean \($0)?" } ?? "write \(list(known))"
        return wrong("'\(word)' is not a \(kind); \(advice)")
    }

    /// `add, list or prune`.
    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.joined() }
        return "\(words.dropLast().joined(separator: ", ")) or \(last)"
    }
}
