import Doors
import Knocks

/// The effect of a door's command on one port for the address that knocked, if its words show it with certainty.
///
/// It reads the plain forms of iptables and ufw, as these programs accept them, and rejects everything that a shell
/// would change.
struct CommandReading: Equatable {
    enum Verb: Equatable {
        case open
        case close
    }

    let verb: Verb
    let port: OpenedPort
    /// The address families of the program.
    let families: [AddressFamily]

    private static let directories = ["", "/sbin/", "/usr/sbin/", "/bin/", "/usr/bin/", "/usr/local/sbin/"]

    /// Reads a command; nil if any doubt is left.
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

    /// Whether a shell passes a word on unchanged.
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
