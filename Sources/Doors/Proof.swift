package import Base
package import Keys
package import Packets

/// What a knock has proven: that somebody may open a door for an address, for so long.
package struct Proof: Equatable, Sendable {
    package let address: IPAddress
    package let holder: Holder
    /// The generation of the key; nil for a sequence.
    package let generation: GenerationID?
    package let openFor: Milliseconds

    /// - Parameters:
    ///   - generation: of the key, if a key has proven it.
    ///   - openFor: nil is the door's own time.
    package init(
        of holder: Holder, generation: GenerationID? = nil, at door: Door, address: IPAddress,
        openFor: Milliseconds? = nil
    ) {
        self.address = address
        self.holder = holder
        self.generation = generation
        self.openFor = openFor ?? door.openFor
    }

    /// What the door's commands get to know of it.
    package func values(at door: DoorIdentity) -> CommandValues {
        CommandValues(address: address, key: holder.keyName, door: door.name, seconds: Int(openFor / 1000))
    }

    /// Its hold on an opening, from now on or from the end of the start command on.
    func hold(from now: Milliseconds, awaitsStart: Bool) -> Hold {
        Hold(
            holder: holder, generation: generation, openFor: openFor, deadline: now + openFor, awaitsStart: awaitsStart)
    }
}
