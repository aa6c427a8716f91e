package import Doors
package import Events
package import Keys
package import Packets
package import SignedKnocks

/// A proof that was given at a door, and what it asks for. Every kind of proof becomes a claim, so that one function admits
/// them all: what their claims differ in is said here, and nowhere else in this module.
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
    /// Where the packet came from, if that is not the address that it is for.
    var sender: IPAddress? { source == address ? nil : source }
    var doorName: String { door.identity.displayName }
}

// MARK: What differs from proof to proof

extension Claim {
    /// Asks whether it counts; if it does, its opening is asked for.
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

    /// Whether something of it has to be on the disk, even if it is for a door that has nothing to close.
    var isToBeRecorded: Bool {
        switch evidence {
        case .sequence: false
        case .signed: true
        }
    }

    /// Whether it begins its door's cooldown, so that being refused ends that.
    var beginsCooldown: Bool {
        switch evidence {
        case .sequence: true
        case .signed: false
        }
    }

    /// What answers whoever waits to know whether it was spent.
    func answer(isSpent: Bool) -> DoorEffect? {
        switch evidence {
        case .sequence: nil
        case .signed(let signature):
            signature.isSurplus
                ? nil
                : .decided(generation: signature.spent.generation, nonce: signature.spent.nonce, isSpent: isSpent)
        }
    }

    /// Tells that it leads to nothing.
    func line(of refusal: Refusal) -> DoorEffect {
        switch evidence {
        case .sequence: .tell(.knock(.refused(refusal.ofSequence, door: doorName, source: address)), .proof)
        case .signed(let signature): line(of: refusal.ofSigned, from: signature)
        }
    }

    /// Tells why a signed knock is refused. Anybody who has captured a datagram can repeat it, so this line has a budget.
    func line(of reason: RejectReason, from signature: Signature) -> DoorEffect {
        .tell(.signed(.refused(reason, from: signature.label, door: door.identity.name, source: source)), .stranger)
    }

    /// Tells, once it is recorded, who comes in. Of a sequence that was told when it was completed, as knockd does.
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

    /// Tells what a close has come to. No sequence closes.
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
