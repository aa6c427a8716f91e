import Doors
import Keys
import Knocks
import Linux
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
}
