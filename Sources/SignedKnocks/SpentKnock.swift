import Base
package import Hints
package import Keys
package import Packets

/// What replay state keeps of a knock, accepted or refused for a rate (docs/PROTOCOL.md, "Replay state").
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

extension SpentKnock: HeapElement {
    /// Whether its timestamp is smaller. Of equal timestamps the smaller nonce is first, so that the order is the same in
    /// every run.
    package func precedes(_ other: SpentKnock) -> Bool {
        (timestamp, nonce.high, nonce.low) < (other.timestamp, other.nonce.high, other.nonce.low)
    }
}

/// What has to reach the disk, all of it or nothing, before a knock may act.
package struct Spending: Equatable, Sendable {
    package let knock: SpentKnock
    /// The nonces of the same generation that are forgotten with it.
    package let forgotten: [Nonce]
    /// The generation's new floor; nil if it stays.
    package let floor: UInt64?
    /// What another generation has forgotten to make room for it; mostly nothing has to.
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

/// What came of spending a knock: steps 7 to 9 of what a server does.
package enum SpendOutcome: Equatable, Sendable {
    case spent(Spending)
    /// It was over a rate, and no copy of it is accepted later. The floor, if there is one, has to reach the disk before
    /// the knock is reported as refused.
    case overRate(RejectReason, floor: UInt64?)
    case refused(RejectReason)
}
