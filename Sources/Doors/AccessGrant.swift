package import Base
package import Packets
package import SignedKnocks

/// The action that a door's access rules grant to a signed knock. The knock may still be a replay (docs/PROTOCOL.md,
/// steps 7 to 9).
package struct AccessGrant: Equatable, Sendable {
    /// Index of the door among the policy's doors.
    package let door: Int
    package let operation: SignedKnockBody.Operation
    /// The address to open or close for.
    package let address: IPAddress
    /// Time of the opening, limited by the door. Nil is the door's own time, and in a close.
    package let openFor: Milliseconds?

    package init(door: Int, operation: SignedKnockBody.Operation, address: IPAddress, openFor: Milliseconds?) {
        self.door = door
        self.operation = operation
        self.address = address
        self.openFor = openFor
    }
}
