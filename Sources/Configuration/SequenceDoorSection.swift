import Base
import Knocks
import Packets

/// What a door's section says of its sequence, or of its one-time sequences, while it is read.
struct SequenceDoorSection {
    static let defaultTimeout: Milliseconds = 25_000

    /// The file of one-time sequences.
    struct OneTime {
        /// Its name, as it stands in the section.
        var file: Field?
        /// Its lines that count, by their numbers; none where there is no file.
        var lines: [(number: Int, sequence: KnockSequence)] = []
        /// How many of its sequences count at once, and where that stands.
        var window: DoorSection.Placed<Int>?
    }

    /// A sequence, or a file of them, was given, and perhaps found wrong.
    var isNamed = false
    var knocks: DoorSection.Placed<KnockSequence>?
    var oneTime = OneTime()
    private(set) var flagRule = TCPFlagRule()
    /// Where `tcpflags` stands.
    private(set) var flagField: Field?
    private(set) var timeout = Self.defaultTimeout
    /// Where `seq_timeout` stands.
    private(set) var timeoutField: Field?
    private(set) var cooldown: Milliseconds = 0
    private(set) var target: IPAddress?
    private(set) var vlan: DoorSection.Placed<UInt16>?
    private(set) var isStrict: Bool?

    /// Takes what a directive says.
    mutating func set(_ directive: Directive, _ value: Field) throws(ValueError) {
        switch directive {
        case .sequence: knocks = DoorSection.Placed(value: try value.knockSequence(), field: value)
        case .oneTimeSequences:
            _ = try value.something()
            oneTime.file = value
        case .oneTimeWindow: oneTime.window = DoorSection.Placed(value: try value.oneTimeWindow(), field: value)
        case .sequenceCooldown: cooldown = try value.seconds()
        case .strictSequence: isStrict = try value.yesOrNo()
        case .sequenceTimeout, .timeout:
            timeoutField = value
            timeout = try value.seconds()
        case .tcpFlags:
            flagField = value
            flagRule = try value.tcpFlags(addedTo: flagRule)
        case .target: target = try value.address()
        case .vlan: vlan = DoorSection.Placed(value: try value.vlan(), field: value)
        default: return
        }
    }

    /// What the door is for this sequence.
    ///
    /// - Parameter isStrict: what holds if the section does not say.
    func door(_ sequence: KnockSequence, isStrict defaultStrict: Bool) -> SequenceDoor {
        SequenceDoor(
            sequence: sequence, flagRule: flagRule, timeout: timeout, target: target,
            isStrict: isStrict ?? defaultStrict, vlan: vlan?.value)
    }

    /// What opens the door, all at once: its sequence, or the lines of its one-time file that count, with their numbers.
    var openers: [(line: Int?, sequence: KnockSequence)] {
        oneTime.lines.isEmpty
            ? knocks.map { [(line: nil, sequence: $0.value)] } ?? []
            : oneTime.lines.map { (line: $0.number, sequence: $0.sequence) }
    }
}
