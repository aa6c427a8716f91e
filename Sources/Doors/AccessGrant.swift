package import Base
package import Packets
package import SignedKnocks

/// What a door is to do for a signed knock that it admits. The knock may be a replay still (docs/PROTOCOL.md, steps 7 to 9).
package struct AccessGrant: Equatable, Sendable {
    /// The door's place among those that the policy was made of.
    package let door: Int
    package let operation: SignedKnockBody.Operation
    /// For whom.
    package let address: IPAddress
    /// At most what the door allows; nil is the door's own time, and in a close.
    package let openFor: Milliseconds?

    package init(door: Int, operation: SignedKnockBody.Operation, address: IPAddress, openFor: Milliseconds?) {
        self.door = door
        self.operation = operation
        self.address = address
        self.openFor = openFor
    }
}
