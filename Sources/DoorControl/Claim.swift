package import Doors
package import Events
package import Keys
package import Packets
package import SignedKnocks

/// A proof that was given at a door, and what it asks for. Every kind of proof becomes a claim, so that one function admits
/// them all.
package struct Claim: Equatable, Sendable {
    /// What was proven, and how.
    package enum Evidence: Equatable, Sendable {
        /// A completed sequence.
        case sequence
        case signed(Signature)
    }

    /// A signed knock that every step up to the sixth has let pass.
    package struct Signature: Equatable, Sendable {
        package let label: Event.KeyLabel
        package let spent: SpentKnock
        /// All generations of its key.
        package let siblings: [GenerationID]
        /// It came while too many of its generation were undecided: it is refused for good, and not answered.
        package let isSurplus: Bool

        package init(label: Event.KeyLabel, spent: SpentKnock, siblings: [GenerationID], isSurplus: Bool = false) {
            self.label = label
            self.spent = spent
            self.siblings = siblings
            self.isSurplus = isSurplus
        }
    }

    /// The door as it is configured now.
    package let door: Door
    package let operation: SignedKnockBody.Operation
    /// For whom, by whom, for how long.
    package let proof: Proof
    /// Where it came from.
    package let source: IPAddress
    package let evidence: Evidence

    /// A completed sequence.
    package init(sequenceAt door: Door, from source: IPAddress) {
        self.door = door
        operation = .open
        proof = Proof(sequenceAt: door, address: source)
        self.source = source
        evidence = .sequence
    }

    /// A signed knock that the access rules let pass.
    package init(_ grant: AccessGrant, at door: Door, from source: IPAddress, _ signature: Signature) {
        self.door = door
        operation = grant.operation
        proof = Proof(
            key: signature.label.key, generation: signature.spent.generation, at: door, address: grant.address,
            openFor: grant.openFor)
        self.source = source
        evidence = .signed(signature)
    }

    var address: IPAddress { proof.address }
    /// Where the packet came from, if that is not the address that it is for.
    var sender: IPAddress? { source == address ? nil : source }
    var doorName: String { door.identity.displayName }
}
