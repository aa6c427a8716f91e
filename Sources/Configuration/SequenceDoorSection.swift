import Base
import Knocks
import Packets

/// The settings for classic knocks, while a door's section is read.
struct SequenceDoorSection {
    static let defaultTimeout: Milliseconds = 25_000

    /// The file of one-time sequences.
    struct OneTime {
        /// Its name, as written in the section.
        var file: Field?
        /// Its valid lines with their numbers; empty if there is no file.
        var lines: [(number: Int, sequence: KnockSequence)] = []
        /// The number of sequences valid at the same time, and the place of this directive.
        var window: DoorSection.Placed<Int>?
    }

    /// Whether a sequence or a one-time file was given, even if it is wrong.
    var isNamed = false
    var knocks: DoorSection.Placed<KnockSequence>?
    var oneTime = OneTime()
    private(set) var flagRule = TCPFlagRule()
    /// The place of `tcpflags`.
    private(set) var flagField: Field?
    private(set) var timeout = Self.defaultTimeout
    /// The place of `seq_timeout`.
    private(set) var timeoutField: Field?
    private(set) var cooldown: Milliseconds = 0
    private(set) var target: IPAddress?
    private(set) var vlan: DoorSection.Placed<UInt16>?
    private(set) var isStrict: Bool?

    /// Stores the value of a directive.
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

    /// The door with this sequence, for the matcher.
    ///
    /// - Parameter isStrict: the default if the section has no `strict_sequence`.
    func door(_ sequence: KnockSequence, isStrict defaultStrict: Bool) -> SequenceDoor {
        SequenceDoor(
            sequence: sequence, flagRule: flagRule, timeout: timeout, target: target,
            isStrict: isStrict ?? defaultStrict, vlan: vlan?.value)
    }

    /// All that opens the door at the same time: its sequence, or the valid lines of its one-time file with their
    /// numbers.
    var openers: [(line: Int?, sequence: KnockSequence)] {
        oneTime.lines.isEmpty
            ? knocks.map { [(line: nil, sequence: $0.value)] } ?? []
            : oneTime.lines.map { (line: $0.number, sequence: $0.sequence) }
    }
}
