import Doors
import Keys
import Knocks
import Linux
import Packets

/// A door's section while it is read: what its directives have said so far.
struct DoorSection {
    static let defaultSequenceTimeout: Milliseconds = 25_000
    static let defaultOpenFor: Milliseconds = 10_000
    static let defaultStopLimit: Milliseconds = 30_000
    static let defaultMaxOpenings = 1024
    /// RFC 4226 leaves the number open, and warns of more than are needed.
    static let defaultOneTimeWindow = 8

    /// A value, and where it stands.
    struct Placed<Value> {
        let value: Value
        let field: Field
    }

    let identity: DoorIdentity
    /// The section's name, for what concerns the door as a whole.
    let heading: Field
    var sequence: Placed<KnockSequence>?
    /// A sequence, or a file of them, was given, and perhaps found wrong.
    var sequenceNamed = false
    /// The name of the file of one-time sequences, as it stands there.
    var oneTimeFile: Field?
    /// How many of its sequences count at once, and where that stands.
    var oneTimeWindow: Placed<Int>?
    var flagRule = TCPFlagRule()
    /// Where `tcpflags` stands.
    var flagField: Field?
    var sequenceTimeout = Self.defaultSequenceTimeout
    /// Where `seq_timeout` stands.
    var timeoutField: Field?
    var sequenceCooldown: Milliseconds = 0
    var target: IPAddress?
    var vlan: Placed<UInt16>?
    var isStrict: Bool?
    /// Nil where the directive is absent; an empty text where its value is.
    var startCommand: Field?
    var startCommand6: Field?
    var stopCommand: Field?
    var stopCommand6: Field?
    var openFor = Self.defaultOpenFor
    var commandLimit: Milliseconds?
    var reknock = Door.Reknock.extend
    var maxOpenings = Self.defaultMaxOpenings
    /// What it says of signed knocks.
    var signed = SignedDoorSection()

    init(identity: DoorIdentity, heading: Field) {
        self.identity = identity
        self.heading = heading
    }

    /// Takes what a directive says; one that does not stand in a door's section is none of its business.
    mutating func set(_ directive: Directive, _ value: Field) throws(ValueError) {
        switch directive {
        case .sequence:
            sequenceNamed = true
            sequence = Placed(value: try value.knockSequence(), field: value)
        case .oneTimeSequences:
            sequenceNamed = true
            _ = try value.something()
            oneTimeFile = value
        case .oneTimeWindow: oneTimeWindow = Placed(value: try value.oneTimeWindow(), field: value)
        case .sequenceCooldown: sequenceCooldown = try value.seconds()
        case .strictSequence: isStrict = try value.yesOrNo()
        case .sequenceTimeout, .timeout:
            timeoutField = value
            sequenceTimeout = try value.seconds()
        case .tcpFlags:
            flagField = value
            flagRule = try value.tcpFlags(addedTo: flagRule)
        case .target: target = try value.address()
        case .vlan: vlan = Placed(value: try value.vlan(), field: value)
        case .startCommand, .command: startCommand = value
        case .startCommand6, .command6: startCommand6 = value
        case .stopCommand: stopCommand = value
        case .stopCommand6: stopCommand6 = value
        case .commandTimeout: openFor = try value.seconds()
        case .commandLimit: commandLimit = try value.secondsAboveZero()
        case .reknock: reknock = try value.word([("extend", .extend), ("rerun", .rerun)])
        case .maxOpenings: maxOpenings = try value.count()
        case .keys, .address, .delegates, .maxSeconds: try signed.set(directive, value)
        default: return
        }
    }

    /// The door, if a knock of either kind opens it or could do so.
    ///
    /// - Parameters:
    ///   - oneTime: the path of `oneTimeFile` and its sequences that count, which they do before `sequence`.
    ///   - isStrict: what holds if the section does not say.
    func door(oneTime: (path: String, upcoming: [KnockSequence])?, isStrict defaultStrict: Bool) -> Door? {
        let signed = signed.door(openFor: openFor)
        guard oneTime != nil || sequence != nil || signed != nil else { return nil }
        let current = oneTime == nil ? sequence?.value : oneTime?.upcoming.first
        let door = current.map {
            SequenceDoor(
                sequence: $0, flagRule: flagRule, timeout: sequenceTimeout, target: target,
                isStrict: isStrict ?? defaultStrict, vlan: vlan?.value)
        }
        return Door(
            identity: identity, sequence: door, oneTimeFile: oneTime?.path,
            laterSequences: Array(oneTime?.upcoming.dropFirst() ?? []),
            oneTimeWindow: oneTimeWindow?.value ?? Self.defaultOneTimeWindow, sequenceCooldown: sequenceCooldown,
            signed: signed,
            actions: actions(start: startCommand, stop: stopCommand),
            actionsIPv6: actions(start: startCommand6 ?? startCommand, stop: stopCommand6 ?? stopCommand),
            openFor: openFor, startLimit: commandLimit, stopLimit: commandLimit ?? Self.defaultStopLimit,
            reknock: reknock, maxOpenings: maxOpenings)
    }

    /// All commands that are there, empty ones too.
    var commands: [Field] {
        [startCommand, startCommand6, stopCommand, stopCommand6].compactMap(\.self)
    }

    /// As knockd: without a start command nothing is run, the stop command neither.
    private func actions(start: Field?, stop: Field?) -> Door.Actions? {
        guard let start = start.flatMap({ ActionTemplate($0.text) }) else { return nil }
        return Door.Actions(start: start, stop: stop.flatMap { ActionTemplate($0.text) })
    }
}
