import Base
package import Doors
package import Events
import Keys
import Knocks
package import Packets
import SignedKnocks

/// Phase one: what a claim reserves, and what has to be on the disk before it acts.
extension DoorController {
    /// How many starts wait at a door if none can be taken on for a holder there; nil if one can.
    package typealias WaitingStarts = (DoorIdentity, Holder) -> Int?

    /// Admits claims, or refuses them. What the admitted ones need on the disk is in the next `takeRecords`.
    ///
    /// - Parameter register: where signed knocks are spent.
    package mutating func admit(
        _ claims: [Claim], in register: inout some Register, now: Moment, waiting: WaitingStarts
    ) -> [DoorEffect] {
        for claim in claims { admitOrDefer(claim, in: &register, now: now, waiting: waiting) }
        return takeEffects()
    }

    /// Admits the claims that had to wait for others which are on the disk now, or are known not to be.
    package mutating func admitDeferred(
        in register: inout some Register, now: Moment, waiting: WaitingStarts
    ) -> [DoorEffect] {
        let claims = deferred
        deferred = []
        return admit(claims, in: &register, now: now, waiting: waiting)
    }

    private mutating func admitOrDefer(
        _ claim: Claim, in register: inout some Register, now: Moment, waiting: WaitingStarts
    ) {
        guard ending == nil else { return }
        // What becomes of the one before decides what this one finds.
        if openingKeys(of: claim).contains(where: records.isInFlight) { return keep(claim) }
        claim.take(by: &self, in: &register, now: now, waiting: waiting)
    }

    /// Keeps a claim until the one before it at its opening is on the disk, or is known not to be.
    private mutating func keep(_ claim: Claim) {
        if deferred.count < DoorControlLimits.deferredClaims { return deferred.append(claim) }
        refuse(claim, .overRate(.inAll))
        answer(claim, isSpent: false)
    }

    // MARK: Rates, and what was spent

    /// Admits a completed sequence, unless its door's cooldown or a rate forbids it.
    mutating func admit(sequence claim: Claim, now: Moment, waiting: WaitingStarts) {
        if let rest = cooldowns.rest(of: claim.door, claim.source, now: now.sinceBoot) {
            // A stream of datagrams may come; one line says it.
            if rest.isNews {
                tell(
                    .knock(.inCooldown(seconds: rest.seconds, door: claim.doorName, source: claim.source)), .stranger)
            }
            return
        }
        if let excess = rateLimiter.take(claim.door.identity, from: claim.source, now: now.sinceBoot) {
            return refuse(claim, .overRate(excess))
        }
        if claim.door.oneTimeFile == nil { tellOfSequence(claim) }
        cooldowns.begin(at: claim.door, claim.source, now: now.sinceBoot)
        reserve(for: claim, now: now, waiting: waiting)
    }

    /// A completed sequence that is to do something before it is admitted; what keeps it from that, if it is over a rate.
    package mutating func takeAllowance(
        of door: DoorIdentity, from source: IPAddress, now: Moment
    ) -> KnockEvent.Refusal? {
        rateLimiter.take(door, from: source, now: now.sinceBoot).map { Refusal.overRate($0).ofSequence }
    }

    /// What knockd logs of a completed sequence, before all that follows from it.
    private mutating func tellOfSequence(_ claim: Claim) {
        let count = claim.door.sequence?.sequence.count ?? 0
        tell(.knock(.stage(count, door: claim.doorName, source: claim.source)), .proof)
        tell(.knock(.openSesame(door: claim.doorName, source: claim.source)), .proof)
    }

    /// Admits a signed knock, if it was not spent before and is within its rates.
    mutating func spend(
        _ signature: Claim.Signature, of claim: Claim, in register: inout some Register, now: Moment,
        waiting: WaitingStarts
    ) {
        var excess: ClaimRateLimiter.Excess?
        let outcome = register.spend(
            signature.spent, siblings: signature.siblings, now: now.wall, monotonic: now.monotonic
        ) {
            if signature.isSurplus { return .tooManyKnocks }
            excess = rateLimiter.take(signature.label.key, from: claim.source, now: now.sinceBoot)
            return excess.map { Refusal.overRate($0).ofSigned }
        }
        var isSpent = true
        switch outcome {
        case .refused(let reason):
            effects.append(claim.line(of: reason, from: signature))
            isSpent = reason == .replayed
        case .overRate(_, let floor):
            records.follow(with: .overRate(claim, excess ?? .ofClaimant))
            if floor != nil { records.note(raised: signature.spent.generation) }
        case .spent(let spending):
            records.note(spending)
            reserve(for: claim, now: now, waiting: waiting)
        }
        answer(claim, isSpent: isSpent)
    }

    private mutating func answer(_ claim: Claim, isSpent: Bool) {
        if let answer = claim.answer(isSpent: isSpent) { effects.append(answer) }
    }

    // MARK: Openings

    /// Where a claim can change something.
    private func openingKeys(of claim: Claim) -> [OpeningKey] {
        let door = claim.door.identity
        if claim.operation == .close {
            return openDoors.openingsToClose(door, for: claim.address, by: claim.proof.holder)
        }
        return claim.door.actions(for: claim.address).map { [claim.openingKey(in: $0)] } ?? []
    }

    /// Changes the openings in memory as a claim that counts asks for, and notes that to be recorded.
    private mutating func reserve(for claim: Claim, now: Moment, waiting: WaitingStarts) {
        guard let actions = claim.door.actions(for: claim.address) else { return }
        if claim.operation == .close { return reserveClose(for: claim, now: now) }
        guard actions.stop != nil else { return runOnce(actions.start, for: claim, waiting: waiting) }
        let key = claim.openingKey(in: actions)
        // Start runs among the commands of this claimant, if it is to run: there has to be room for it.
        let isStarted = openDoors[key].map { $0.phase == .open && !$0.startFailed } ?? false
        let startsWaiting = waiting(key.door, claim.proof.holder)
        if !isStarted, let startsWaiting { return refuse(claim, .tooManyWaiting(startsWaiting)) }
        let former = openDoors.state(of: key)
        let outcome = openDoors.knock(claim.proof, at: claim.door, actions, now: now.sinceBoot)
        if case .stopFirst = outcome, let startsWaiting {
            // It would be closed, and not opened again.
            openDoors.restore(key, to: former)
            return refuse(claim, .tooManyWaiting(startsWaiting))
        }
        switch outcome {
        case .full(let limit): refuse(claim, .full(limit: limit))
        case .commandTooLong: refuse(claim, .commandTooLong)
        case .begin, .extend, .check, .startAgain, .stopFirst, .endStart, .wait:
            lastClaims[key, default: [:]][claim.proof.holder] = claim
            records.follow(with: .claim(claim, .knock(outcome)))
            records.note(key, former: former, left: openDoors.state(of: key))
        }
    }

    /// A door without a stop command: its start command is run, and nothing follows.
    private mutating func runOnce(_ start: ActionTemplate, for claim: Claim, waiting: WaitingStarts) {
        let values = claim.proof.values(at: claim.door.identity)
        guard let text = start.command(for: values) else { return refuse(claim, .commandTooLong) }
        if let count = waiting(claim.door.identity, claim.proof.holder) { return refuse(claim, .tooManyWaiting(count)) }
        let command = DoorCommand(
            kind: .start, text: text, values: values, limit: claim.door.limits.once, holder: claim.proof.holder,
            purpose: .once(claim))
        guard claim.isToBeRecorded else { return effects.append(.run(command)) }
        records.follow(with: .claim(claim, .once(command)))
    }

    private mutating func reserveClose(for claim: Claim, now: Moment) {
        let (door, holder) = (claim.door.identity, claim.proof.holder)
        let formers = openDoors.openingsToClose(door, for: claim.address, by: holder).map {
            ($0, openDoors.state(of: $0))
        }
        let outcomes = openDoors.close(door, for: claim.address, by: holder, now: now.sinceBoot)
        records.follow(with: .claim(claim, .close(outcomes)))
        for (key, former) in formers where openDoors.state(of: key) != former {
            records.note(key, former: former, left: openDoors.state(of: key))
        }
    }

    // MARK: Refusals

    mutating func refuse(_ claim: Claim, _ refusal: Refusal) {
        // A command that was not run begins no cooldown. One over a rate has begun none.
        if claim.beginsCooldown, !refusal.isOverRate { cooldowns.forget(claim.source, at: claim.door.identity) }
        effects.append(claim.line(of: refusal))
    }
}

extension Claim {
    /// The opening that it begins or extends.
    func openingKey(in actions: Door.Actions) -> OpeningKey {
        OpeningKey(door: door.identity, address: proof.address, of: proof.holder, namesKey: actions.nameKey)
    }
}
