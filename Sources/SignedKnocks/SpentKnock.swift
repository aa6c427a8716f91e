package import Keys
package import Packets

/// What replay state keeps of a knock that was accepted (docs/PROTOCOL.md, "Replay state").
package struct SpentKnock: Equatable, Sendable {
    package let generation: GenerationID
    package let nonce: Nonce
    package let timestamp: UInt64
    package let door: String
    /// For whom it was: never zero.
    package let address: IPAddress
    package let operation: SignedKnockBody.Operation

    package init(
        generation: GenerationID, nonce: Nonce, timestamp: UInt64, door: String, address: IPAddress,
        operation: SignedKnockBody.Operation
    ) {
        self.generation = generation
        self.nonce = nonce
        self.timestamp = timestamp
        self.door = door
        self.address = address
        self.operation = operation
    }
}

/// What has to reach the disk, all of it or nothing, before a knock may act.
package struct Spending: Equatable, Sendable {
    package let knock: SpentKnock
    /// The nonces of the same generation that are forgotten with it.
    package let forgotten: [Nonce]
    /// The generation's new floor; nil if it stays.
    package let floor: UInt64?

    package init(knock: SpentKnock, forgotten: [Nonce], floor: UInt64?) {
        self.knock = knock
        self.forgotten = forgotten
        self.floor = floor
    }
}
