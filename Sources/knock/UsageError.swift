import Base

/// What is wrong with a command line: which word, and what to write instead.
enum UsageError: Error, Equatable {
    /// getopt has already named it on standard error.
    case unknownOption
    case nothingToDo
    case noPorts(host: String)
    case emptyHost
    case badPort(word: String)
    case badProtocol(word: String)
    case negativeDelay
    case badDelay(word: String)
    case badInterface(word: String)
    case badSourcePort(word: String)
    case badFlag(word: String)
    case flagsOfDatagrams
    case emptyFile
    case portsBesideFile(word: String)
    case noDoor(option: String)
    case badDoor(word: String)
    case notWithDoor(option: String)
    case portsBesideDoor(word: String)
    case badKey(word: String)
    case badSeconds(word: String)
    case secondsInClose
    case badAddress(word: String)
    case refusedAddress(word: String)
    case badSignedPort(word: String)
    case badGeneration(word: String)
    case badTimeOffset(word: String)

    /// The line for the user; nil where the usage text alone says it all.
    var message: String? {
        switch self {
        case .unknownOption, .nothingToDo:
            nil
        case .noPorts(let host):
            "error: no ports to knock at on '\(host)': write them behind the host, such as 7000 8000:udp"
        case .emptyHost:
            "error: the host is empty: write a name or an address before the ports"
        case .badPort(let word):
            "error: port '\(word)' is invalid: write a number from 1 to 65535, or a service's name such as ssh"
        case .badProtocol(let word):
            "error: port '\(word)' has an unknown protocol: write tcp or udp behind the colon, or no colon for tcp"
        case .negativeDelay:
            "error: delay cannot be negative"
        case .badDelay(let word):
            "error: delay '\(word)' is invalid: write whole milliseconds, such as 100"
        case .badInterface(let word):
            "error: '\(word)' cannot be an interface's name: write one as ip link shows it, such as eth0"
        case .badSourcePort(let word):
            "error: source port '\(word)' is invalid: write a number from 1 to 65535"
        case .badFlag(let word):
            "error: '\(word)' is no TCP flag: write fin, syn, rst, psh, ack or urg, with commas between them"
        case .flagsOfDatagrams:
            "error: UDP has no flags: leave out --flags or -u"
        case .emptyFile:
            "error: the one-time file has no name: write one behind --one-time"
        case .portsBesideFile(let word):
            "error: port '\(word)' beside a one-time file: the file says which ports; leave out the ports or --one-time"
        case .noDoor(let option):
            "error: \(option) is for signed knocks: name the door with --door, or leave it out"
        case .badDoor(let word):
            "error: '\(word)' cannot be a door's name: write 1 to 32 of A-Z a-z 0-9 . _ -, the first a "
                + "letter or a digit"
        case .notWithDoor(let option):
            "error: a signed knock is one datagram, to which \(option) means nothing: leave out \(option) or --door"
        case .portsBesideDoor(let word):
            "error: port '\(word)' beside a door: a signed knock goes to one port, which --port names"
        case .badKey(let word):
            "error: '\(word)' cannot be a key: write the name of one, or a file's path with a slash, such as ./\(word)"
        case .badSeconds(let word):
            "error: '\(word)' is no time to stay open: write whole seconds from 1 to 4294967295, such as --for 60"
        case .secondsInClose:
            "error: to close takes no time: leave out --for or --close"
        case .badAddress(let word):
            "error: '\(word)' is no address: write an IPv4 or IPv6 address, auto or none"
        case .refusedAddress(let word):
            "error: no server opens for \(word): write the address of a host, auto or none"
        case .badSignedPort(let word):
            "error: port '\(word)' is invalid: write a number from 1 to 65535"
        case .badGeneration(let word):
            "error: generation '\(word)' is invalid: write a number from 1, as knockctl keys list shows them"
        case .badTimeOffset(let word):
            "error: time offset '\(word)' is invalid: write whole seconds with + or -, such as -90"
        }
    }
}

extension UsageError {
    /// What is wrong with words that getopt refuses: a port below zero looks like an option to it.
    init(refusedByGetopt words: [String]) {
        let negative = words.first { word in
            let rest = word.dropFirst()
            // -4 and -6 are options, alone or together.
            return word.hasPrefix("-") && Decimal.number(rest) != nil && !rest.allSatisfy("46".contains)
        }
        self = negative.map { .badPort(word: $0) } ?? .unknownOption
    }
}
