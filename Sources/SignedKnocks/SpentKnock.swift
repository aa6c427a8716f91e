import Base
package import Hints
package import Keys
package import Packets

/// The part of a knock that replay state keeps, whether it was accepted or refused for a rate (docs/PROTOCOL.md,
/// "Replay state").
package struct SpentKnock: Equatable, Sendable {
    package let generation: GenerationID
    package let nonce: Nonce
    package let timestamp: UInt64
    package let door: String
    /// The address that the knock is for; never zero.
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

extension SpentKnock: HeapElement {
    /// Whether its timestamp is smaller. Of equal timestamps the smaller nonce comes first, so that every run has the
    /// same order.
    package func precedes(_ other: SpentKnock) -> Bool {
        (timestamp, nonce.high, nonce.low) < (other.timestamp, other.nonce.high, other.nonce.low)
    }
}

/// The record that must reach the disk as a whole before a knock may act.
package struct Spending: Equatable, Sendable {
    package let knock: SpentKnock
    /// The nonces of the same generation that are forgotten at the same time.
    package let forgotten: [Nonce]
    /// The generation's new floor; nil if it is unchanged.
    package let floor: UInt64?
    /// Knocks of another generation that were forgotten to make room; usually nil.
    package let elsewhere: Forgetting?

    package init(knock: SpentKnock, forgotten: [Nonce], floor: UInt64?, elsewhere: Forgetting? = nil) {
        self.knock = knock
        self.forgotten = forgotten
        self.floor = floor
        self.elsewhere = elsewhere
    }
}

/// Nonces that one generation has forgotten, and the floor that stands for them.
package struct Forgetting: Equatable, Sendable {
    package let generation: GenerationID
    package let nonces: [Nonce]
    package let floor: UInt64

    package init(generation: GenerationID, nonces: [Nonce], floor: UInt64) {
        self.generation = generation
        self.nonces = nonces
        self.floor = floor
    }
}

/// The result of spending a knock: steps 7 to 9 of the server.
package enum SpendOutcome: Equatable, Sendable {
    case spent(Spending)
    /// The knock exceeded a rate, and no copy of it is accepted later. If there is a floor, it must reach the disk
    /// before the knock is reported as refused.
    case overRate(RejectReason, floor: UInt64?)
    case refused(RejectReason)
}
