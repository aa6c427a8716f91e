package import Base
package import Keys
package import Packets

/// Result of a valid knock: a holder may open a door for an address, for a time.
package struct Proof: Equatable, Sendable {
    package let address: IPAddress
    package let holder: Holder
    /// The generation of the key; nil for a sequence.
    package let generation: GenerationID?
    package let openFor: Milliseconds

    /// - Parameters:
    ///   - generation: generation of the key; nil for a sequence.
    ///   - openFor: time of the opening; nil is the door's own time.
    package init(
        of holder: Holder, generation: GenerationID? = nil, at door: Door, address: IPAddress,
        openFor: Milliseconds? = nil
    ) {
        self.address = address
        self.holder = holder
        self.generation = generation
        self.openFor = openFor ?? door.openFor
    }

    /// The values for the door's commands.
    package func values(at door: DoorIdentity) -> CommandValues {
        CommandValues(address: address, key: holder.keyName, door: door.name, seconds: Int(openFor / 1000))
    }

    /// Its hold on an opening. The time begins now, or at the end of the start command.
    func hold(from now: Milliseconds, awaitsStart: Bool) -> Hold {
        Hold(
            holder: holder, generation: generation, openFor: openFor, deadline: now + openFor, awaitsStart: awaitsStart)
    }
}
