import Doors
import Knocks

/// What a command of a door does to one port for the address that knocked, where that can be read with certainty: the
/// plain forms of iptables and ufw, as these programs take them, and nothing that a shell would make something else of.
struct CommandReading: Equatable {
    enum Verb: Equatable {
        case open
        case close
    }

    let verb: Verb
    let port: OpenedPort
    /// The kinds of address that the program knows.
    let families: [AddressFamily]

    private static let directories = ["", "/sbin/", "/usr/sbin/", "/bin/", "/usr/bin/", "/usr/local/sbin/"]

    /// Reads a command; nil wherever a doubt is left.
    init?(_ template: ActionTemplate) {
        let words = template.text.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard let program = words.first, words.allSatisfy(Self.isPlain) else { return nil }
        let rest = words.dropFirst()
        var facts = CommandFacts()
        switch Self.directories.compactMap({ program.hasPrefix($0) ? String(program.dropFirst($0.count)) : nil }).last {
        case "iptables" where facts.readIPTables(rest): families = [.ipv4]
        case "ip6tables" where facts.readIPTables(rest): families = [.ipv6]
        case "ufw" where facts.readUFW(rest): families = AddressFamily.allCases
        default: return nil
        }
        guard facts.isForKnocker, facts.accepts, let verb = facts.verb, let transport = facts.transport,
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
