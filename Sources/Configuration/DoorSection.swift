import Doors
import Knocks
import Linux
import Packets

/// A door's section while it is read: what its directives have said so far.
struct DoorSection {
    static let defaultSequenceTimeout: Milliseconds = 25_000
    static let defaultOpenFor: Milliseconds = 10_000
    static let defaultStopLimit: Milliseconds = 30_000
    static let defaultMaxOpenings = 1024

    let identity: DoorIdentity
    /// The section's name, for what concerns the door as a whole.
    let heading: Field
    var sequence: KnockSequence?
    /// A sequence was given, and perhaps found wrong.
    var sequenceNamed = false
    var flagRule = TCPFlagRule()
    /// Where `tcpflags` stands.
    var flagField: Field?
    var sequenceTimeout = Self.defaultSequenceTimeout
    var target: IPAddress?
    /// Nil where the directive is absent; an empty text where its value is.
    var startCommand: String?
    var startCommand6: String?
    var stopCommand: String?
    var stopCommand6: String?
    var openFor = Self.defaultOpenFor
    var commandLimit: Milliseconds?
    var reknock = Door.Reknock.extend
    var maxOpenings = Self.defaultMaxOpenings

    init(identity: DoorIdentity, heading: Field) {
        self.identity = identity
        self.heading = heading
    }

    /// The door, if it has a sequence.
    var door: Door? {
        guard let sequence else { return nil }
        return Door(
            identity: identity,
            sequence: SequenceDoor(sequence: sequence, flagRule: flagRule, timeout: sequenceTimeout, target: target),
            actions: actions(start: startCommand, stop: stopCommand),
            actionsIPv6: actions(start: startCommand6 ?? startCommand, stop: stopCommand6 ?? stopCommand),
            openFor: openFor, startLimit: commandLimit, stopLimit: commandLimit ?? Self.defaultStopLimit,
            reknock: reknock, maxOpenings: maxOpenings)
    }

    /// As knockd: without a start command nothing is run, the stop command neither.
    private func actions(start: String?, stop: String?) -> Door.Actions? {
        guard let start = start.flatMap(ActionTemplate.init) else { return nil }
        return Door.Actions(start: start, stop: stop.flatMap(ActionTemplate.init))
    }
}
