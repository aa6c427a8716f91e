import Base
package import Doors
package import Events
import Keys
import Knocks
package import Packets
import SignedKnocks

/// Phase one of a claim: it reserves its opening in memory, and notes what must be durable before it acts.
extension DoorController {
    /// Returns nil if a holder can start one more command at a door, or else the number of starts that wait there.
    package typealias WaitingStarts = (DoorIdentity, Holder) -> Int?

    /// Admits or refuses claims. The records of admitted ones are in the next `takeRecords`.
    ///
    /// - Parameter register: spends signed knocks.
    package mutating func admit(
        _ claims: [Claim], in register: inout some Register, now: Moment, waiting: WaitingStarts
    ) -> [DoorEffect] {
        for claim in claims { admitOrDefer(claim, in: &register, now: now, waiting: waiting) }
        return takeEffects()
    }

    /// Admits or refuses claims that waited for the record of another claim.
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
        // The outcome of the earlier claim decides what this one finds.
        if openingKeys(of: claim).contains(where: records.isInFlight) { return keep(claim) }
        claim.take(by: &self, in: &register, now: now, waiting: waiting)
    }

    /// Defers a claim until the earlier record at its opening is decided.
    private mutating func keep(_ claim: Claim) {
        if deferred.count < DoorControlLimits.deferredClaims { return deferred.append(claim) }
        refuse(claim, .overRate(.inAll))
        answer(claim, isSpent: false)
    }

    // MARK: Rates and replay

    /// Admits a completed sequence, unless its door's cooldown or a rate forbids it.
    mutating func admit(sequence claim: Claim, now: Moment, waiting: WaitingStarts) {
        if let rest = cooldowns.rest(of: claim.door, claim.source, now: now.sinceBoot) {
            // One line is enough for a stream of datagrams.
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

    /// Takes the allowance of a completed sequence ahead of its admission; nil if it is within the rates.
    package mutating func takeAllowance(
        of door: DoorIdentity, from source: IPAddress, now: Moment
    ) -> KnockEvent.Refusal? {
        rateLimiter.take(door, from: source, now: now.sinceBoot).map { Refusal.overRate($0).ofSequence }
    }

    /// Logs a completed sequence as knockd does, before everything that follows from it.
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

    /// The openings that a claim can change.
    private func openingKeys(of claim: Claim) -> [OpeningKey] {
        let door = claim.door.identity
        if claim.operation == .close {
            return openDoors.openingsToClose(door, for: claim.address, by: claim.proof.holder)
        }
        return claim.door.actions(for: claim.address).map { [claim.openingKey(in: $0)] } ?? []
    }

    /// Changes the openings in memory as an accepted claim asks, and notes the change for the record.
    mutating func reserve(for claim: Claim, now: Moment, waiting: WaitingStarts) {
        guard let actions = claim.door.actions(for: claim.address) else { return }
        if claim.operation == .close { return reserveClose(for: claim, now: now) }
        guard actions.stop != nil else { return runOnce(actions.start, for: claim, waiting: waiting) }
        let key = claim.openingKey(in: actions)
        // The start command would run in this claimant's lane, which must have room for it.
        let isStarted = openDoors[key].map { $0.phase == .open && !$0.startFailed } ?? false
        let startsWaiting = waiting(key.door, claim.proof.holder)
        if !isStarted, let startsWaiting { return refuse(claim, .tooManyWaiting(startsWaiting)) }
        let former = openDoors.state(of: key)
        let outcome = openDoors.knock(claim.proof, at: claim.door, actions, now: now.sinceBoot)
        if case .stopFirst = outcome, let startsWaiting {
            // Without room the door would be closed and not opened again.
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

    /// Runs the start command of a door without a stop command. Nothing follows.
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
        // A refused claim begins no cooldown. A claim over a rate had not begun one.
        if claim.beginsCooldown, !refusal.isOverRate { cooldowns.forget(claim.source, at: claim.door.identity) }
        effects.append(claim.line(of: refusal))
    }
}

extension Claim {
    /// Key of the opening that it begins or extends.
    func openingKey(in actions: Door.Actions) -> OpeningKey {
        OpeningKey(door: door.identity, address: proof.address, of: proof.holder, namesKey: actions.nameKey)
    }
}
