import Base
import Linux

/// A fault in a command line: the word, and the text to write instead.
enum UsageError: Error, Equatable {
    /// An unknown option. getopt has already reported it on standard error; this adds a similar option, if there is
    /// one.
    case unknownOption(meant: String?)
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

    /// The line for the user; nil if the usage text is enough.
    var message: String? {
        switch self {
        case .unknownOption(nil), .nothingToDo:
            nil
        case .unknownOption(let meant?):
            "error: did you mean --\(meant)?"
        case .noPorts(let host):
            "error: no ports given for '\(host)'; write them after the host, such as 7000 8000:udp"
        case .emptyHost:
            "error: the host is empty; write a name or an address before the ports"
        case .badPort(let word):
            "error: port '\(word)' is invalid; write a number from 1 to 65535, or the name of a service such as ssh"
        case .badProtocol(let word):
            "error: port '\(word)' has an unknown protocol; write tcp or udp after the colon, or leave it out for tcp"
        case .negativeDelay:
            "error: delay cannot be negative"
        case .badDelay(let word):
            "error: delay '\(word)' is invalid; write whole milliseconds, such as 100"
        case .badInterface(let word):
            "error: '\(word)' is not the name of an interface; write one that ip link shows, such as eth0"
        case .badSourcePort(let word):
            "error: source port '\(word)' is invalid; write a number from 1 to 65535"
        case .badFlag(let word):
            "error: '\(word)' is not a TCP flag; write fin, syn, rst, psh, ack or urg, separated by commas"
        case .flagsOfDatagrams:
            "error: --flags and --udp exclude each other, since UDP has no flags; leave out one of them"
        case .emptyFile:
            "error: the name of the one-time file is empty; write it after --one-time"
        case .portsBesideFile(let word):
            "error: port '\(word)' and --one-time exclude each other, since the file names the ports; leave out one of them"
        case .noDoor(let option):
            "error: \(option) is for signed knocks; name the door with --door, or leave out \(option)"
        case .badDoor(let word):
            "error: '\(word)' is not the name of a door for signed knocks; write 1 to 32 of A-Z a-z 0-9 . _ -, the first a "
                + "letter or a digit"
        case .notWithDoor(let option):
            "error: \(option) and --door exclude each other, since a signed knock is one datagram; leave out one of them"
        case .portsBesideDoor(let word):
            "error: port '\(word)' and --door exclude each other; leave out the port, or name the one for signed knocks with "
                + "--port"
        case .badKey(let word):
            "error: '\(word)' is not the name of a key; write a name, or the path of a key file, such as ./\(word)"
        case .badSeconds(let word):
            "error: time '\(word)' is invalid; write whole seconds from 1 to 4294967295, such as --for 60"
        case .secondsInClose:
            "error: --for and --close exclude each other, since closing takes no time; leave out one of them"
        case .badAddress(let word):
            "error: '\(word)' is not an address; write an IPv4 or IPv6 address, auto or none"
        case .refusedAddress(let word):
            "error: no server opens a door for \(word); write the address of a host, auto or none"
        case .badSignedPort(let word):
            "error: port '\(word)' is invalid; write a number from 1 to 65535"
        case .badGeneration(let word):
            "error: generation '\(word)' is invalid; write a number that knockctl keys list shows"
        case .badTimeOffset(let word):
            "error: time offset '\(word)' is invalid; write whole seconds with + or -, such as -90"
        }
    }
}

extension UsageError {
    /// The fault in words that getopt refuses. A negative port looks like an option to getopt.
    init(refusedByGetopt words: [String]) {
        let negative = words.first { word in
            let rest = word.dropFirst()
            // -4 and -6 are options, alone or combined.
            return word.hasPrefix("-") && Decimal.number(rest) != nil && !rest.allSatisfy("46".contains)
        }
        self =
            negative.map { .badPort(word: $0) }
            ?? .unknownOption(meant: CommandLineOptions.meant(by: words, known: KnockRequest.options))
    }
}
