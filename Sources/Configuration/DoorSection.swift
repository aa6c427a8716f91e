import Base
import Doors
import KernelRules
import Knocks

/// A door's section while it is read.
struct DoorSection {
    static let defaultOpenFor: Milliseconds = 10_000

    /// A value and its place.
    struct Placed<Value> {
        let value: Value
        let field: Field
    }

    let identity: DoorIdentity
    /// The section's heading, for diagnostics about the whole door.
    let heading: Field
    /// Whether an option was given here: the section was perhaps meant as [options].
    var hasOptions = false
    /// The settings for classic knocks.
    var classic = SequenceDoorSection()
    /// The settings for signed knocks.
    var signed = SignedDoorSection()
    var commands = CommandSection()
    var openFor = Self.defaultOpenFor
    var reknock = Door.Reknock.auto
    var reloadKeeps: Bool?
    var maxOpenings = ConfigurationLimits.openings
    /// The place of `max_openings`.
    var maxOpeningsField: Field?

    init(identity: DoorIdentity, heading: Field) {
        self.identity = identity
        self.heading = heading
    }

    /// Stores the value of a directive; ignores directives that are not valid in a door's section.
    mutating func set(_ directive: Directive, _ value: Field) throws(ValueError) {
        switch directive {
        case .sequence, .oneTimeSequences, .oneTimeWindow, .sequenceCooldown, .strictSequence, .sequenceTimeout,
            .timeout, .tcpFlags, .target, .vlan:
            try classic.set(directive, value)
        case .keys, .address, .delegates, .maxSeconds: try signed.set(directive, value)
        case .startCommand, .command, .startCommand6, .command6, .stopCommand, .stopCommand6, .checkCommand,
            .checkCommand6, .stopSuccess, .commandLimit:
            try commands.set(directive, value)
        case .commandTimeout: openFor = try value.seconds()
        case .reknock: reknock = try value.word([("auto", .auto), ("extend", .extend), ("rerun", .rerun)])
        case .reloadKeeps: reloadKeeps = try value.yesOrNo()
        case .maxOpenings:
            maxOpeningsField = value
            maxOpenings = try value.count()
        default: return
        }
    }

    /// The door; nil if neither a classic nor a signed knock can ever open it.
    ///
    /// - Parameters:
    ///   - oneTime: the path of the file of one-time sequences, and its valid sequences, which take precedence over
    ///     `sequence`.
    ///   - isStrict: the default if the section has no `strict_sequence`.
    ///   - reloadKeeps: likewise a default.
    func door(
        oneTime: (path: String, upcoming: [KnockSequence])?, isStrict defaultStrict: Bool,
        reloadKeeps defaultKeeps: Bool
    ) -> Door? {
        let signed = signed.door(openFor: openFor)
        guard oneTime != nil || classic.knocks != nil || signed != nil else { return nil }
        let current = oneTime == nil ? classic.knocks?.value : oneTime?.upcoming.first
        let door = current.map { classic.door($0, isStrict: defaultStrict) }
        return Door(
            identity: identity, sequence: door, oneTimeFile: oneTime?.path,
            laterSequences: Array(oneTime?.upcoming.dropFirst() ?? []),
            oneTimeWindow: classic.oneTime.window?.value ?? ConfigurationLimits.oneTimeWindow,
            sequenceCooldown: classic.cooldown, signed: signed, actions: commands.actions(for: .ipv4),
            actionsIPv6: commands.actions(for: .ipv6), openFor: openFor,
            startLimit: commands.timeLimit(orElse: ConfigurationLimits.commandTime),
            onceLimit: commands.timeLimit(orElse: nil),
            stopLimit: commands.givenLimit ?? ConfigurationLimits.commandTime, stopSuccess: commands.stopSuccess,
            reknock: reknock, reloadKeeps: reloadKeeps ?? defaultKeeps, maxOpenings: maxOpenings)
    }

    /// Whether the heading was probably meant as [options]: it differs only in case, blanks and the like, or by one
    /// letter. For knockd it is a door's name.
    var isMeantAsOptions: Bool {
        NearMiss.isOptions(heading.inASCII)
    }
}
