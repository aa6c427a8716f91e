package import Base
import Doors
import Events

/// Decides what follows when a command runs, waits or ends.
extension DoorController {
    /// Notes that a command runs.
    ///
    /// - Parameter process: nil if the kernel does not tell when it began.
    package mutating func running(_ command: DoorCommand, _ process: ProcessIdentity?, now: Moment) -> [DoorEffect] {
        switch (command.purpose, command.kind) {
        case (.opening, .check): break
        case (.opening(let key), _):
            // The next run of the daemon must know what still runs.
            if openDoors.running(key, process) != nil { note(key, mayWait: true, now: now) }
            if openDoors.failures(of: key) == 0 { tell(.command(.running(command.text, door: key.door.displayName))) }
        case (.once(let claim), _): tell(.command(.running(command.text, door: claim.doorName)), .proof)
        }
        return takeEffects()
    }

    /// Logs that a start command waits for its turn.
    package mutating func waits(_ command: DoorCommand, running: Int) -> [DoorEffect] {
        tell(.command(.waits(running: running, door: command.purpose.door.displayName)), .proof)
        return takeEffects()
    }

    /// Logs that a command exceeded its limit and is being ended.
    package mutating func isOverLimit(_ command: DoorCommand) -> [DoorEffect] {
        if command.kind == .check { return [] }
        if case .opening(let key) = command.purpose, openDoors.failures(of: key) > 0 { return [] }
        tell(
            .command(
                .overLimit(seconds: Int((command.limit ?? 0) / 1000), door: command.purpose.door.displayName)))
        return takeEffects()
    }

    /// Handles the end of a command.
    package mutating func ended(_ command: DoorCommand, _ end: CommandEnd, now: Moment) -> [DoorEffect] {
        switch (command.purpose, command.kind) {
        case (.once(let claim), _): tell(end, of: claim.door.identity)
        case (.opening(let key), .start): startEnded(key, end, now: now)
        case (.opening(let key), .stop): stopEnded(key, end, limit: command.limit ?? 0, now: now)
        case (.opening(let key), .check): checkEnded(key, end, now: now)
        }
        return takeEffects()
    }

    private mutating func startEnded(_ key: OpeningKey, _ end: CommandEnd, now: Moment) {
        // An end that the daemon ordered is not logged.
        if end.cause != .order { tell(end, of: key.door) }
        let ending: OpenDoors.StartEnding =
            switch end {
            case .exited(0, because: .itself): .succeeded
            case .exited(_, because: .itself), .killed(_, because: .itself), .notRun: .failed
            case .exited, .killed: .cutOff
            }
        let steps = openDoors.started(key, ending, now: now.sinceBoot)
        if case .record(let opening) = steps.first, ending == .succeeded, openDoors.wasRunAgain(key) {
            tell(
                .opening(.openAgain(until: endTime(of: opening, now), door: key.door.displayName, source: key.address)),
                .proof)
        }
        perform(steps, now: now)
    }

    private mutating func stopEnded(_ key: OpeningKey, _ end: CommandEnd, limit: Milliseconds, now: Moment) {
        let isSuccess = openDoors[key].map { end.isSuccess(among: $0.commands.stopSuccess) } ?? true
        // Later failures, and a command that cannot be run, have lines of their own.
        if !isSuccess, openDoors.failures(of: key) == 0, end.cause != nil { tell(end, of: key.door) }
        let outcome = openDoors.stopped(key, succeeded: isSuccess, now: now.sinceBoot)
        let failure = { (next: String?) in
            Event.opening(
                .stopFailed(
                    reason: end.reason(limit: limit), next: next, door: key.door.displayName, source: key.address))
        }
        if !isSuccess, let next = outcome.nextTry {
            if outcome.isLogged { tell(failure(timeOfDay(now.wallSecond(at: next)))) }
        } else if !isSuccess, outcome.isHandedOn {
            // Each knock can repeat this line, so it has a budget.
            tell(failure(nil), .proof)
        }
        // The next run of the daemon must know the next try, and who shares it.
        note(key, now: now)
        perform(outcome.steps, now: now)
        // A reload may have repaired the door since it was opened.
        if outcome.nextTry != nil {
            perform(openDoors.mend(only: key) { rules.commands(for: $0) }, now: now)
        }
    }

    private mutating func checkEnded(_ key: OpeningKey, _ end: CommandEnd, now: Moment) {
        let outcome = openDoors.checked(key, end.checkAnswer, now: now.sinceBoot)
        let (door, source) = (key.door.displayName, key.address)
        switch outcome.meaning {
        case .inPlace:
            if let opening = openDoors[key] {
                tell(.opening(.extended(until: endTime(of: opening, now), door: door, source: source)), .proof)
            }
        case .gone: tell(.opening(.isGone(door: door, source: source)), .proof)
        case .anew: tell(.opening(.runsAnew(door: door, source: source)), .proof)
        case .stopNotNeeded: tell(.opening(.stopNotNeeded(door: door, source: source)))
        case .stopInVain(let next, let isLogged):
            guard isLogged else { break }
            let time = timeOfDay(now.wallSecond(at: next))
            tell(
                .opening(.stopFailed(reason: "the check says that it is open", next: time, door: door, source: source)))
        case .nothing: break
        }
        perform(outcome.steps, now: now)
    }

    private mutating func tell(_ end: CommandEnd, of door: DoorIdentity) {
        switch end {
        case .exited(0, _): return
        case .exited(let status, _): tell(.command(.status(Int(status), door: door.displayName)))
        case .killed(let signal, _): tell(.command(.killed(signal: Int(signal), door: door.displayName)))
        case .notRun(let reason): tell(.command(.notRun(reason: reason, door: door.displayName)))
        }
    }
}
