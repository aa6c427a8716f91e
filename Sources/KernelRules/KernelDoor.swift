import Knocks
import Packets

/// A door that the kernel can do: its sequence, and the port that it opens.
struct KernelDoor: Equatable, Sendable {
    /// The longest time that both back ends can represent, in seconds: `recent` counts milliseconds in 32 bits.
    static let longest: Int64 = 4_294_967
    /// The longest tag: a chain's name has at most 28 bytes, and the rest is for suffixes.
    private static let longestTag = 21

    /// Its position in the configuration, counted from 1.
    let number: Int
    /// The name in the configuration, made printable.
    let name: String
    let sequence: KnockSequence
    /// The flags that a segment must have to be a knock.
    let flagRule: TCPFlagRule
    /// The time allowed from one knock to the next, in seconds.
    let stageSeconds: Int64
    /// The time that it is open after the last knock, in seconds.
    let openSeconds: Int64
    /// The only valid destination address; nil is any address of this host.
    let target: IPAddress?
    /// The port that it opens for each address family; families without one are not admitted.
    let ports: [AddressFamily: OpenedPort]

    /// The prefix of all names of this door: its number, and the characters of its name that are valid in any name.
    var tag: String {
        let prefix = "knock-\(number)-"
        let letters = name.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
            default: "_"
            }
        }
        return prefix + String(letters.prefix(max(Self.longestTag - prefix.utf8.count, 0)))
    }

    /// The knock of a stage, counted from 1.
    func knock(_ stage: Int) -> Knock { sequence.knocks[stage - 1] }

    /// A description in one sentence.
    var summary: String {
        let knocks = sequence.knocks.map(\.description).joined(separator: ", ")
        let pace = sequence.count > 1 ? ", each within \(stageSeconds) s of the one before," : ""
        let differ = Set(ports.values).count > 1
        let opened = AddressFamily.allCases.compactMap { family in
            ports[family].map { differ ? "\($0) (\(family.rawValue))" : "\($0)" }
        }
        return "\(name): \(knocks)\(pace) \(sequence.count > 1 ? "open" : "opens") "
            + "\(Set(opened).sorted().joined(separator: ", ")) for \(openSeconds) s to the address that knocked"
    }

    /// A weakness of its sequence that its author should know; nil if none is known.
    var caveat: String? {
        if sequence.count == 1 { return "any port scan opens a door of one knock" }
        let pairs = zip(sequence.knocks, sequence.knocks.dropFirst())
        guard pairs.allSatisfy({ $0.transport == $1.transport && $0.port <= $1.port }) else { return nil }
        let isDense = pairs.allSatisfy { $1.port - $0.port <= 1 }
        return isDense
            ? "a port scan that ascends meets these knocks one after the other, and opens the door"
            : "a scan that ascends through a list of ports, with these next to each other in it, opens the door: "
                + "write them in another order"
    }
}
