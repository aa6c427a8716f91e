import Base
import Doors
import Events
import SignedKnocks

/// Phase two: what follows once it is known whether what a claim needs is on the disk.
extension DoorController {
    /// What is to be recorded now, in order. Each record has a number; `recorded` or `failed` says what became of it.
    package mutating func takeRecords(now: Moment) -> [(number: UInt64, record: DoorRecord)] {
        records.take(now: now.sinceBoot)
    }

    /// Whether `takeRecords` has something.
    package func hasRecords(now: Moment) -> Bool { records.hasSome(now: now.sinceBoot) }

    /// A record is on the disk: what waited for it acts.
    package mutating func recorded(_ number: UInt64, now: Moment) -> [DoorEffect] {
        guard let intent = records.conclude(number) else { return [] }
        for step in intent.steps {
            switch step {
            case .begin(let key): perform(openDoors.readyToStart(key, now: now.sinceBoot), now: now)
            case .overRate(let claim, let excess): refuse(claim, .overRate(excess))
            case .claim(let claim, .knock(let outcome)):
                tellOfEntry(claim)
                follow(outcome, of: claim, now: now)
            case .claim(let claim, .once(let command)):
                tellOfEntry(claim)
                effects.append(.run(command))
            case .claim(let claim, .close(let outcomes)): close(claim, outcomes, now: now)
            }
        }
        return takeEffects()
    }

    /// A record is not on the disk, and will not be: what its claims reserved is given back, and they are refused.
    package mutating func failed(_ number: UInt64, now: Moment) -> [DoorEffect] {
        guard let intent = records.conclude(number) else { return [] }
        var changedSince: Set<OpeningKey> = []
        for (key, change) in intent.changes {
            // What has happened since is not undone with it: then the claims' own holds end.
            if openDoors.state(of: key) == change.left {
                openDoors.restore(key, to: change.former)
            } else {
                changedSince.insert(key)
            }
        }
        for step in intent.steps {
            switch step {
            case .begin(let key): giveUp(key, .notRecorded, now: now)
            case .overRate(let claim, let excess): refuse(claim, .overRate(excess))
            case .claim(let claim, let action):
                if case .knock(let outcome) = action, let actions = claim.door.actions(for: claim.address) {
                    let key = claim.openingKey(in: actions)
                    if changedSince.contains(key) {
                        giveBack(outcome, of: claim, at: key, now: now)
                    } else if case .check = outcome {
                        // Nobody was asked.
                        perform(openDoors.notAsked(key), now: now)
                    }
                }
                if case .close(let outcomes) = action { finish(outcomes, changedSince, now: now) }
                refuse(claim, .notRecorded)
            }
        }
        for key in intent.changes.keys { note(key, now: now) }
        records.keep(floorsOf: intent.record.raised, now: now.sinceBoot)
        return takeEffects()
    }

    /// Ends what a claim has brought about at an opening that was changed otherwise meanwhile. What was begun with the claim
    /// is finished: an opening must not wait for a command that nobody runs.
    private mutating func giveBack(
        _ outcome: OpenDoors.KnockOutcome, of claim: Claim, at key: OpeningKey, now: Moment
    ) {
        perform(openDoors.end(key, of: claim.proof, now: now.sinceBoot)?.steps ?? [], now: now)
        switch outcome {
        case .stopFirst(let opening): perform([.stop(opening)], now: now)
        case .check(let opening): perform([.check(opening)], now: now)
        case .endStart(let opening): perform([.endStart(opening)], now: now)
        case .startAgain where !openDoors.endsBeforeStart(key): openDoors.notStarted(key)
        default:
            // While its start command waits for the record there is nothing to end.
            if openDoors.endsBeforeStart(key) { perform(openDoors.takenBack(key, now: now.sinceBoot), now: now) }
        }
    }

    /// Runs what a close has begun at openings that were changed otherwise meanwhile: they wait for its end.
    private mutating func finish(
        _ outcomes: [OpenDoors.CloseOutcome], _ changedSince: Set<OpeningKey>, now: Moment
    ) {
        for outcome in outcomes {
            switch outcome {
            case .stop(let opening) where changedSince.contains(opening.key),
                .endStart(let opening) where changedSince.contains(opening.key):
                perform(outcome.steps, now: now)
            case .stop, .endStart, .held, .over, .withdrawn: break
            }
        }
    }

    // MARK: What knocks lead to

    /// Who came in by a signed knock. Of a sequence that was told when it was completed, as knockd does.
    private mutating func tellOfEntry(_ claim: Claim) {
        guard case .signed(let signature) = claim.evidence else { return }
        tell(
            .signed(.knock(from: signature.label, door: claim.doorName, source: claim.address, sender: claim.sender)),
            .proof)
        tell(.knock(.openSesame(door: claim.doorName, source: claim.address)), .proof)
    }

    private mutating func follow(_ outcome: OpenDoors.KnockOutcome, of claim: Claim, now: Moment) {
        switch outcome {
        case .begin(let opening), .startAgain(let opening):
            perform(openDoors.readyToStart(opening.key, now: now.sinceBoot), now: now)
        case .extend(let opening):
            tell(
                .opening(.extended(until: text(of: opening, now), door: claim.doorName, source: claim.address)), .proof)
        case .check(let opening): perform([.check(opening)], now: now)
        case .stopFirst(let opening):
            tell(.opening(.runsAnew(door: claim.doorName, source: claim.address)), .proof)
            perform([.stop(opening)], now: now)
        case .endStart(let opening):
            tell(.opening(.runsAnew(door: claim.doorName, source: claim.address)), .proof)
            perform([.endStart(opening)], now: now)
        case .wait:
            guard let actions = claim.door.actions(for: claim.address) else { return }
            effects.append(.hurry(claim.openingKey(in: actions), for: claim.proof.holder))
        case .full, .commandTooLong: return
        }
    }

    private mutating func close(_ claim: Claim, _ outcomes: [OpenDoors.CloseOutcome], now: Moment) {
        tellOfClose(claim, outcomes)
        for step in outcomes.flatMap(\.steps) {
            switch step {
            // That is on record already.
            case .record, .over: continue
            default: perform([step], now: now)
            }
        }
    }

    private mutating func tellOfClose(_ claim: Claim, _ outcomes: [OpenDoors.CloseOutcome]) {
        guard case .signed(let signature) = claim.evidence else { return }
        let (key, door, address) = (signature.label, claim.doorName, claim.address)
        if outcomes.isEmpty {
            return tell(.signed(.nothingToClose(from: key, door: door, source: address, sender: claim.sender)), .proof)
        }
        let isHeld = outcomes.contains { if case .held = $0 { true } else { false } }
        tell(.signed(.close(from: key, door: door, source: address, sender: claim.sender, isHeld: isHeld)), .proof)
    }
}
