import Doors
import Knocks
import Linux
import Packets
import Testing

/// Doors to test with.
enum Sample {
    /// A door with these actions and this behaviour.
    static func door(
        _ name: String = "ssh", actions: Door.Actions?, actionsIPv6: Door.Actions?, openFor: Milliseconds = 10_000,
        reknock: Door.Reknock = .extend, maxOpenings: Int = 8
    ) throws -> Door {
        let sequence = SequenceDoor(
            sequence: try #require(KnockSequence([Knock(.tcp, 7000)])), flagRule: TCPFlagRule(), timeout: 25_000,
            target: nil)
        return Door(
            identity: DoorIdentity(name: name), sequence: sequence, actions: actions, actionsIPv6: actionsIPv6,
            openFor: openFor, startLimit: 3000, stopLimit: 30_000, reknock: reknock, maxOpenings: maxOpenings)
    }
}
