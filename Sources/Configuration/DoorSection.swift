import Base
import Doors
import KernelRules
import Knocks

/// A door's section while it is read: what its directives have said so far.
struct DoorSection {
    static let defaultOpenFor: Milliseconds = 10_000

    /// A value, and where it stands.
    struct Placed<Value> {
        let value: Value
        let field: Field
    }

    let identity: DoorIdentity
    /// The section's name, for what concerns the door as a whole.
    let heading: Field
    /// An option was given, in a section that was to be [options].
    var hasOptions = false
    /// What it says of classic knocks.
    var classic = SequenceDoorSection()
    /// What it says of signed knocks.
    var signed = SignedDoorSection()
    var commands = CommandSection()
    var openFor = Self.defaultOpenFor
    var reknock = Door.Reknock.auto
    var reloadKeeps: Bool?
    var maxOpenings = ConfigurationLimits.openings
    /// Where `max_openings` stands.
    var maxOpeningsField: Field?

    init(identity: DoorIdentity, heading: Field) {
        self.identity = identity
        self.heading = heading
    }

    /// Takes what a directive says; one that does not stand in a door's section is none of its business.
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

    /// The door, if a knock of either kind opens it or could do so.
    ///
    /// - Parameters:
    ///   - oneTime: the path of the file of one-time sequences, and those that count, which they do before `sequence`.
    ///   - isStrict: what holds if the section does not say.
    ///   - reloadKeeps: likewise.
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

    /// Whether the name is that of the options but for case, blanks and the like, or for one letter. To knockd it is a
    /// door's.
    var isMeantAsOptions: Bool {
        NearMiss.isOptions(heading.inASCII)
    }
}
