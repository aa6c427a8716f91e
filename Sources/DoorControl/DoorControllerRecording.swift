import Base
import Doors
import Events

/// Phase two of a claim: it acts when its record is durable, and is undone when its record failed.
extension DoorController {
    /// Returns the records to write now, in order. Pass each number to `recorded` or `failed`.
    package mutating func takeRecords(now: Moment) -> [(number: UInt64, record: DoorRecord)] {
        records.take(now: now.sinceBoot)
    }

    /// Whether `takeRecords` would return something.
    package func hasRecords(now: Moment) -> Bool { records.hasSome(now: now.sinceBoot) }

    /// Performs what waited for a record that is durable now.
    package mutating func recorded(_ number: UInt64, now: Moment) -> [DoorEffect] {
        let (facts, intent) = (records.concludeFacts(number), records.conclude(number))
        for record in [facts, intent?.record].compactMap({ $0 }) { forgetClaims(of: record) }
        for step in intent?.steps ?? [] {
            switch step {
            case .begin(let key): perform(openDoors.readyToStart(key, now: now.sinceBoot), now: now)
            case .overRate(let claim, let excess): refuse(claim, .overRate(excess))
            case .claim(let claim, .knock(let outcome)):
                effects += claim.linesOfEntry
                followKnock(outcome, of: claim, now: now)
            case .claim(let claim, .once(let command)):
                effects += claim.linesOfEntry
                effects.append(.run(command))
            case .claim(let claim, .close(let outcomes)): followClose(outcomes, of: claim, now: now)
            }
        }
        return takeEffects()
    }

    /// Forgets the claims at openings whose end is durable. Every end is recorded, in whatever way it comes.
    private mutating func forgetClaims(of record: DoorRecord) {
        for key in record.openings.keys where openDoors[key] == nil && !records.isInFlight(key) {
            lastClaims[key] = nil
        }
    }

    /// Undoes the claims of a record that could not be written, and refuses them. Facts that nothing waits for go into
    /// a later record.
    package mutating func failed(_ number: UInt64, now: Moment) -> [DoorEffect] {
        if let facts = records.concludeFacts(number) { noteAgain(facts, now: now) }
        guard let intent = records.conclude(number) else { return [] }
        let changedSince = undo(intent.changes)
        for step in intent.steps {
            switch step {
            case .begin(let key): giveUp(key, .notRecorded, now: now)
            case .overRate(let claim, let excess): refuse(claim, .overRate(excess))
            case .claim(let claim, let action):
                switch action {
                case .knock(let outcome): withdrawKnock(outcome, of: claim, changedSince, now: now)
                case .close(let outcomes): withdrawClose(outcomes, changedSince, now: now)
                case .once: break
                }
                refuse(claim, .notRecorded)
            }
        }
        for key in intent.changes.keys { note(key, now: now) }
        records.keep(floorsOf: intent.record.raised, by: now.sinceBoot)
        return takeEffects()
    }

    /// Notes the openings of a failed record again, in their current state.
    private mutating func noteAgain(_ facts: DoorRecord, now: Moment) {
        let deadline = now.sinceBoot + DoorControlLimits.recordPause
        for key in facts.openings.keys { records.note(key, openDoors[key], by: deadline) }
        records.keep(floorsOf: facts.raised, by: deadline)
    }

    /// Restores openings to their state before the claims that could not be recorded.
    ///
    /// - Returns: openings that have changed otherwise since. They are not restored: only the claims' own holds end.
    private mutating func undo(
        _ changes: [OpeningKey: (former: OpeningState, left: OpeningState)]
    ) -> Set<OpeningKey> {
        var changedSince: Set<OpeningKey> = []
        for (key, change) in changes {
            if openDoors.state(of: key) == change.left {
                openDoors.restore(key, to: change.former)
            } else {
                changedSince.insert(key)
            }
        }
        return changedSince
    }

    /// Ends the holds of a knock at an opening that has changed otherwise since. A command that the knock began is
    /// still run, since the opening would wait for it for ever.
    private mutating func withdrawKnock(
        _ outcome: OpenDoors.KnockOutcome, of claim: Claim, _ changedSince: Set<OpeningKey>, now: Moment
    ) {
        guard let key = claim.door.actions(for: claim.address).map({ claim.openingKey(in: $0) }) else { return }
        guard changedSince.contains(key) else {
            // The check was not run.
            if case .check = outcome { perform(openDoors.notAsked(key), now: now) }
            return
        }
        perform(openDoors.end(key, of: claim.proof, now: now.sinceBoot)?.steps ?? [], now: now)
        switch outcome {
        case .stopFirst(let opening): perform([.stop(opening)], now: now)
        case .check(let opening): perform([.check(opening)], now: now)
        case .endStart(let opening): perform([.endStart(opening)], now: now)
        case .startAgain where !openDoors.endsBeforeStart(key): openDoors.notStarted(key)
        case .startAgain, .begin, .extend, .wait, .full, .commandTooLong:
            // A start command that waits for its record need not be ended.
            if openDoors.endsBeforeStart(key) { perform(openDoors.takenBack(key, now: now.sinceBoot), now: now) }
        }
    }

    /// Runs the commands of a close at openings that have changed otherwise since: they wait for its end.
    private mutating func withdrawClose(
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

    // MARK: Effects of recorded claims

    private mutating func followKnock(_ outcome: OpenDoors.KnockOutcome, of claim: Claim, now: Moment) {
        switch outcome {
        case .begin(let opening), .startAgain(let opening):
            perform(openDoors.readyToStart(opening.key, now: now.sinceBoot), now: now)
        case .extend(let opening):
            tell(
                .opening(.extended(until: endTime(of: opening, now), door: claim.doorName, source: claim.address)),
                .proof)
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

    private mutating func followClose(_ outcomes: [OpenDoors.CloseOutcome], of claim: Claim, now: Moment) {
        if let line = claim.lineOfClose(outcomes) { effects.append(line) }
        for step in outcomes.flatMap(\.steps) {
            switch step {
            // It is already recorded.
            case .record, .over: continue
            case .begin, .start, .check, .endStart, .stop: perform([step], now: now)
            }
        }
    }
}
