import Base
import Doors
import KernelRules
import Keys
import Knocks
import Packets

/// A door's section while it is read: what its directives have said so far.
struct DoorSection {
    static let defaultSequenceTimeout: Milliseconds = 25_000
    static let defaultOpenFor: Milliseconds = 10_000

    /// How long commands may run.
    enum CommandLimit: Equatable {
        case none
        case time(Milliseconds)
    }

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
    /// An option was given, in a section that was to be [options].
    var hasOptions = false
    /// The name of the file of one-time sequences, as it stands there.
    var oneTimeFile: Field?
    /// The lines of that file that count, by their numbers; none where there is no file.
    var oneTimeLines: [(number: Int, sequence: KnockSequence)] = []
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
    var checkCommand: Field?
    var checkCommand6: Field?
    var stopSuccess = ExitStatuses.zero
    var openFor = Self.defaultOpenFor
    /// Nil where the directive is absent.
    var commandLimit: CommandLimit?
    /// Where `command_limit` stands.
    var commandLimitField: Field?
    var reknock = Door.Reknock.auto
    var reloadKeeps: Bool?
    var maxOpenings = ConfigurationLimits.openings
    /// Where `max_openings` stands.
    var maxOpeningsField: Field?
    /// What it says of signed knocks.
    var signed = SignedDoorSection()

    init(identity: DoorIdentity, heading: Field) {
        self.identity = identity
        self.heading = heading
    }

    /// Takes what a directive says; one that does not stand in a door's section is none of its business.
    mutating func set(_ directive: Directive, _ value: Field) throws(ValueError) {
        switch directive {
        case .sequence: sequence = Placed(value: try value.knockSequence(), field: value)
        case .oneTimeSequences:
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
        case .stopSuccess: stopSuccess = try value.exitStatuses()
        case .checkCommand: checkCommand = value
        case .checkCommand6: checkCommand6 = value
        case .commandLimit:
            commandLimitField = value
            commandLimit = value.text.lowercased() == "none" ? CommandLimit.none : .time(try value.secondsAboveZero())
        case .reknock: reknock = try value.word([("auto", .auto), ("extend", .extend), ("rerun", .rerun)])
        case .reloadKeeps: reloadKeeps = try value.yesOrNo()
        case .maxOpenings:
            maxOpeningsField = value
            maxOpenings = try value.count()
        case .keys, .address, .delegates, .maxSeconds: try signed.set(directive, value)
        default: return
        }
    }

    /// The door, if a knock of either kind opens it or could do so.
    ///
    /// - Parameters:
    ///   - oneTime: the path of `oneTimeFile` and its sequences that count, which they do before `sequence`.
    ///   - isStrict: what holds if the section does not say.
    ///   - reloadKeeps: likewise.
    func door(
        oneTime: (path: String, upcoming: [KnockSequence])?, isStrict defaultStrict: Bool,
        reloadKeeps defaultKeeps: Bool
    ) -> Door? {
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
            oneTimeWindow: oneTimeWindow?.value ?? ConfigurationLimits.oneTimeWindow,
            sequenceCooldown: sequenceCooldown, signed: signed,
            actions: actions(start: startCommand, stop: stopCommand, check: checkCommand),
            actionsIPv6: actions(
                start: startCommand6 ?? startCommand, stop: stopCommand6 ?? stopCommand,
                check: checkCommand6 ?? (startCommand6 == nil ? checkCommand : nil)),
            openFor: openFor, startLimit: limit(orElse: ConfigurationLimits.commandTime), onceLimit: limit(orElse: nil),
            stopLimit: givenLimit ?? ConfigurationLimits.commandTime, stopSuccess: stopSuccess, reknock: reknock,
            reloadKeeps: reloadKeeps ?? defaultKeeps, maxOpenings: maxOpenings)
    }

    /// What opens the door, all at once: its sequence, or the lines of its one-time file that count, with their numbers.
    var openers: [(line: Int?, sequence: KnockSequence)] {
        oneTimeLines.isEmpty
            ? sequence.map { [(line: nil, sequence: $0.value)] } ?? []
            : oneTimeLines.map { (line: $0.number, sequence: $0.sequence) }
    }

    private func limit(orElse time: Milliseconds?) -> Milliseconds? { commandLimit == nil ? time : givenLimit }

    /// The time that `command_limit` gives, if it gives one.
    var givenLimit: Milliseconds? { if case .time(let time) = commandLimit { time } else { nil } }

    /// Whether the name is that of the options but for case, blanks and the like, or for one letter. To knockd it is a
    /// door's.
    var isMeantAsOptions: Bool { NearMiss.isOptions(heading.inASCII) }

    /// All commands that are there, empty ones too.
    var commands: [Field] {
        [startCommand, startCommand6, stopCommand, stopCommand6, checkCommand, checkCommand6].compactMap(\.self)
    }

    /// As knockd: without a start command nothing is run, the stop command neither.
    private func actions(start: Field?, stop: Field?, check: Field?) -> Door.Actions? {
        guard let start = start.flatMap({ ActionTemplate($0.text) }) else { return nil }
        // One that is there and empty is meant: then nothing is asked.
        let asking = check.map { ActionTemplate($0.text) } ?? start.inPlaceCheck
        return Door.Actions(
            start: start, stop: stop.flatMap { ActionTemplate($0.text) }, check: asking,
            isPlain: start.onlyChangesFirewall)
    }
}
