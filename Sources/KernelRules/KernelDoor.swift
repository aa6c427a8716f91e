import Knocks
import Packets

/// A door that the kernel can do: its sequence, and the port that it opens.
struct KernelDoor: Equatable, Sendable {
    /// The longest time that both back ends can count, in seconds: `recent` counts milliseconds in 32 bits.
    static let longest: Int64 = 4_294_967
    /// A chain's name has 28 bytes at most; the rest is for what stands behind the tag.
    private static let longestTag = 21

    /// Its place in the configuration, counted from 1.
    let number: Int
    /// As it stands there.
    let name: String
    let sequence: KnockSequence
    /// What a segment must be to count as a knock.
    let flagRule: TCPFlagRule
    /// From one knock to the next.
    let stageSeconds: Int64
    /// From the last knock on.
    let openSeconds: Int64
    /// The one address of this host that counts; nil is any of them.
    let target: IPAddress?
    /// What it opens; a kind of address that is not there is not let in.
    let ports: [AddressFamily: OpenedPort]

    /// How names begin that belong to this door and to no other: its number, and what of its name any name may hold.
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

    /// A knock by its number, counted from 1.
    func knock(_ stage: Int) -> Knock { sequence.knocks[stage - 1] }

    /// What it does, in a sentence.
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

    /// What its author should know.
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
