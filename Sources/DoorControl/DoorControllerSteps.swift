import Base
package import Doors
import Events

/// Performs the steps of openings. The order is always: record the opening, run start, record its end, run stop, record
/// the close.
extension DoorController {
    mutating func perform(_ steps: [OpeningStep], now: Moment) {
        for step in steps {
            switch step {
            case .record(let opening): note(opening.key, now: now)
            case .begin(let opening): reserveSuccessor(opening, now: now)
            case .start(let opening): start(opening, now: now)
            case .check(let opening): runCheck(opening)
            case .endStart(let opening): effects.append(.endStart(opening.key))
            case .stop(let opening): runStop(opening, now: now)
            case .over(let opening): note(opening.key, now: now)
            }
        }
    }

    /// Notes the current state of an opening for the ledger.
    mutating func note(_ key: OpeningKey, mayWait: Bool = false, now: Moment) {
        records.note(key, openDoors[key], by: now.sinceBoot + (mayWait ? DoorControlLimits.recordDelay : 0))
    }

    /// Records an opening that replaces one whose stop command has run, so that it can start.
    private mutating func reserveSuccessor(_ opening: Opening, now: Moment) {
        guard ending == nil else { return giveUp(opening.key, nil, now: now) }
        let state = openDoors.state(of: opening.key)
        records.follow(with: .begin(opening.key))
        records.note(opening.key, former: state, left: state)
    }

    /// Gives up an opening before its start. What other openings with its stop command have opened is closed if it had
    /// that duty.
    ///
    /// - Parameter refusal: the reason to log, if any.
    mutating func giveUp(_ key: OpeningKey, _ refusal: Refusal?, now: Moment) {
        if let refusal {
            for holder in openDoors[key]?.holders ?? [] { refuse(holder, at: key, refusal) }
        }
        if let steps = openDoors.giveUp(key, now: now.sinceBoot) {
            perform(steps, now: now)
        } else {
            openDoors.abandon(key)
            note(key, now: now)
        }
    }

    /// Refuses a holder of an opening. Without a known claim, as after a restart, the line has the opening's door and
    /// address.
    private mutating func refuse(_ holder: Holder, at key: OpeningKey, _ refusal: Refusal) {
        if let claim = lastClaims[key]?[holder] { return refuse(claim, refusal) }
        tell(.knock(.refused(refusal.ofSequence, door: key.door.displayName, source: key.address)), .proof)
    }

    // MARK: Commands

    /// The opening is recorded, so it will be closed.
    private mutating func start(_ opening: Opening, now: Moment) {
        guard ending == nil else {
            return perform(openDoors.started(opening.key, .cutOff, now: now.sinceBoot), now: now)
        }
        run(.start, opening.commands.start, opening.startBound, for: opening)
    }

    private mutating func runStop(_ opening: Opening, now: Moment) {
        note(opening.key, mayWait: true, now: now)
        run(.stop, opening.commands.stop, opening.commands.stopLimit, for: opening)
    }

    private mutating func runCheck(_ opening: Opening) {
        guard let check = opening.commands.check else { return }
        run(.check, check, DoorsLimits.checkTime, for: opening)
    }

    private mutating func run(_ kind: DoorCommand.Kind, _ text: String, _ limit: Milliseconds, for opening: Opening) {
        effects.append(
            .run(
                DoorCommand(
                    kind: kind, text: text, values: opening.values, limit: limit,
                    holder: openDoors.starter(of: opening), purpose: .opening(opening.key))))
    }

    /// Refuses the holder for whom a start command has no room. Other holders of the opening are not refused.
    ///
    /// - Parameter waiting: number of starts that wait at its door.
    package mutating func startHasNoRoom(_ command: DoorCommand, waiting: Int, now: Moment) -> [DoorEffect] {
        switch command.purpose {
        case .once(let claim): refuse(claim, .tooManyWaiting(waiting))
        case .opening(let key):
            if openDoors[key]?.holders.contains(command.holder) ?? false {
                refuse(command.holder, at: key, .tooManyWaiting(waiting))
            }
            perform(openDoors.hasNoRoom(key, for: command.holder, now: now.sinceBoot), now: now)
        }
        return takeEffects()
    }

    /// Handles a start command that was to end: it waited for its turn, and is not run.
    package mutating func takenBack(_ key: OpeningKey, now: Moment) -> [DoorEffect] {
        perform(openDoors.takenBack(key, now: now.sinceBoot), now: now)
        return takeEffects()
    }

    /// Handles a start command that was to end, but neither waits nor runs in this process: an earlier run started it,
    /// or it was not started.
    package mutating func startIsNowhere(_ key: OpeningKey, now: Moment) -> [DoorEffect] {
        leftovers.hasten(key, now: now.sinceBoot)
        return takeEffects()
    }
}
