package import Doors
package import Events
package import Keys
package import Packets
package import SignedKnocks

/// A proof at a door, with what it asks for.
///
/// Every kind of proof becomes a claim, so that one function admits them all. Within this module only this file
/// distinguishes the kinds.
package struct Claim: Equatable, Sendable {
    /// The kind of proof.
    package enum Evidence: Equatable, Sendable {
        /// A completed sequence.
        case sequence
        case signed(Signature)
    }

    /// A signed knock that has passed steps 1 to 6 of docs/PROTOCOL.md.
    package struct Signature: Equatable, Sendable {
        package let label: Event.KeyLabel
        package let spent: SpentKnock
        /// All generations of its key.
        package let siblings: [GenerationID]
        /// Whether it came while too many knocks of its generation were undecided. It is refused for good, and not
        /// answered.
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
    /// Address, holder and time of the opening that it asks for.
    package let proof: Proof
    /// The packet's source.
    package let source: IPAddress
    package let evidence: Evidence

    /// A completed sequence.
    package init(sequenceAt door: Door, from source: IPAddress) {
        self.door = door
        operation = .open
        proof = Proof(of: .sequence, at: door, address: source)
        self.source = source
        evidence = .sequence
    }

    /// A signed knock that the access rules let pass.
    package init(_ grant: AccessGrant, at door: Door, from source: IPAddress, _ signature: Signature) {
        self.door = door
        operation = grant.operation
        proof = Proof(
            of: .key(signature.label.key), generation: signature.spent.generation, at: door, address: grant.address,
            openFor: grant.openFor)
        self.source = source
        evidence = .signed(signature)
    }

    var address: IPAddress { proof.address }
    /// The packet's source, if it is not the address to open for.
    var sender: IPAddress? { source == address ? nil : source }
    var doorName: String { door.identity.displayName }
}

// MARK: Differences between the kinds of proof

extension Claim {
    /// Passes the claim to the controller's admission for its kind of proof.
    func take(
        by controller: inout DoorController, in register: inout some Register, now: Moment,
        waiting: DoorController.WaitingStarts
    ) {
        switch evidence {
        case .sequence: controller.admit(sequence: self, now: now, waiting: waiting)
        case .signed(let signature):
            controller.spend(signature, of: self, in: &register, now: now, waiting: waiting)
        }
    }

    /// Whether it must be recorded even at a door that has nothing to close.
    var isToBeRecorded: Bool {
        switch evidence {
        case .sequence: false
        case .signed: true
        }
    }

    /// Whether it begins its door's cooldown, so that a refusal ends the cooldown.
    var beginsCooldown: Bool {
        switch evidence {
        case .sequence: true
        case .signed: false
        }
    }

    /// The answer to the Verifier whether the knock was spent; nil if nothing waits for one.
    func answer(isSpent: Bool) -> DoorEffect? {
        switch evidence {
        case .sequence: nil
        case .signed(let signature):
            signature.isSurplus
                ? nil
                : .decided(generation: signature.spent.generation, nonce: signature.spent.nonce, isSpent: isSpent)
        }
    }

    /// The line that says why it was refused.
    func line(of refusal: Refusal) -> DoorEffect {
        switch evidence {
        case .sequence: .tell(.knock(.refused(refusal.ofSequence, door: doorName, source: address)), .proof)
        case .signed(let signature):
            line(of: refusal.ofSigned, from: signature, refusal.spendsProof ? .proof : .stranger)
        }
    }

    /// The line that says why a signed knock was refused. Anyone who has captured a datagram can repeat it, so this
    /// line has a budget, unless the knock is spent and within its rate.
    func line(
        of reason: RejectReason, from signature: Signature, _ publicity: DoorEffect.Publicity = .stranger
    ) -> DoorEffect {
        .tell(.signed(.refused(reason, from: signature.label, door: door.identity.name, source: source)), publicity)
    }

    /// Lines about a claim once it is recorded. A sequence is logged when it completes, as in knockd.
    var linesOfEntry: [DoorEffect] {
        switch evidence {
        case .sequence: []
        case .signed(let signature):
            [
                .tell(.signed(.knock(from: signature.label, door: doorName, source: address, sender: sender)), .proof),
                .tell(.knock(.openSesame(door: doorName, source: address)), .proof),
            ]
        }
    }

    /// The line about the result of a close; nil for a sequence, which cannot close.
    func lineOfClose(_ outcomes: [OpenDoors.CloseOutcome]) -> DoorEffect? {
        switch evidence {
        case .sequence: return nil
        case .signed(let signature):
            if outcomes.isEmpty {
                return .tell(
                    .signed(
                        .nothingToClose(from: signature.label, door: doorName, source: address, sender: sender)),
                    .proof)
            }
            let isHeld = outcomes.contains { if case .held = $0 { true } else { false } }
            return .tell(
                .signed(
                    .close(from: signature.label, door: doorName, source: address, sender: sender, isHeld: isHeld)),
                .proof)
        }
    }
}
