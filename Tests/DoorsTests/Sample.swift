import Base
import Doors
import Keys
import Knocks
import Packets
import Testing

/// Doors to test with.
enum Sample {
    /// A door with these actions and this behaviour.
    static func door(
        _ name: String = "ssh", hasSequence: Bool = true, signed: SignedDoor? = nil, actions: Door.Actions?,
        actionsIPv6: Door.Actions?,
        openFor: Milliseconds = 10_000,
        reknock: Door.Reknock = .extend, maxOpenings: Int = 8
    ) throws -> Door {
        let sequence = SequenceDoor(
            sequence: try #require(KnockSequence([Knock(.tcp, 7000)])), flagRule: TCPFlagRule(), timeout: 25_000,
            target: nil)
        return Door(
            identity: DoorIdentity(name: name), sequence: hasSequence ? sequence : nil, signed: signed,
            actions: actions,
            actionsIPv6: actionsIPv6, openFor: openFor, startLimit: 3000, stopLimit: 30_000, reknock: reknock,
            maxOpenings: maxOpenings)
    }

    /// A name that the test's author has written correctly.
    static func key(_ name: String) throws -> KeyName {
        try #require(KeyName(name))
    }

    /// An opening that a classic knock alone holds.
    static func opening(
        _ key: OpeningKey, start: String = "a", stop: String = "b", startLimit: Milliseconds? = nil,
        stopLimit: Milliseconds = 1, openFor: Milliseconds = 10, phase: Opening.Phase, deadline: Milliseconds
    ) -> Opening {
        Opening(
            key: key,
            values: CommandValues(address: key.address, key: nil, door: key.door.name, seconds: Int(openFor / 1000)),
            commands: OpeningCommands(start: start, stop: stop, startLimit: startLimit, stopLimit: stopLimit),
            phase: phase,
            holds: [
                Hold(
                    holder: .sequence, generation: nil, openFor: openFor, deadline: deadline,
                    awaitsStart: phase == .starting)
            ])
    }
}

/// The openings behind a reference, so that they can be asked and changed within an expectation.
final class House {
    var state = OpenDoors()
    var all: [Opening] { state.all }
    var isEmpty: Bool { state.isEmpty }
    var nextDeadline: Milliseconds? { state.nextDeadline }
    subscript(key: OpeningKey) -> Opening? { state[key] }

    /// The opening that is open then; nil if it is not.
    func started(_ key: OpeningKey, succeeded: Bool, now: Milliseconds) -> Opening? {
        let steps = state.started(key, succeeded ? .succeeded : .failed, now: now)
        return steps.compactMap { if case .record(let opening) = $0 { opening } else { nil } }.first
    }

    /// The next opening, if one begins. The stop command has succeeded.
    func stopped(_ key: OpeningKey, now: Milliseconds) -> Opening? {
        let steps = state.stopped(key, succeeded: true, now: now).steps
        return steps.compactMap { if case .begin(let opening) = $0 { opening } else { nil } }.first
    }

    /// Those whose stop command is to be run.
    func due(at now: Milliseconds) -> [Opening] {
        state.due(at: now).compactMap { if case .stop(let opening) = $0 { opening } else { nil } }
    }
    func makeAllDue(at now: Milliseconds) { state.makeAllDue(at: now) }
    func restore(_ opening: Opening) { state.restore(opening) }
    func abandon(_ key: OpeningKey) { state.abandon(key) }
    func notStarted(_ key: OpeningKey) { state.notStarted(key) }
    func running(_ key: OpeningKey, _ process: ProcessIdentity?) -> Opening? { state.running(key, process) }
}

/// An outcome that a test cannot go on with.
struct Unexpected: Error, CustomStringConvertible {
    var description = "unexpected"
}
