package import Base

extension OpenDoors {
    /// Consequence of the end of a stop command.
    package struct StopOutcome: Equatable, Sendable {
        package var steps: [OpeningStep] = []
        /// When it is run again, on the since-boot clock; nil if it has succeeded, or if a new opening takes over its
        /// duty.
        package var nextTry: Milliseconds?
        /// Whether a failure is to be logged.
        package var isLogged = true
        /// Whether it has failed, and is run again only when an opening that begins now has ended.
        package var isHandedOn = false
    }

    /// Queues its stop command. Nil if there is no such opening.
    mutating func stop(_ key: OpeningKey) -> Opening? {
        progress[key]?.command = .stop(isClosedBeside: false)
        // Earlier answers say nothing about the state after stop.
        progress[key]?.question = .none
        progress[key]?.retry.begins()
        return change(key) { $0.phase = .closing }
    }

    /// Handles the end of a stop command. The opening is closed if it has succeeded. If it has failed it runs again,
    /// unless a knock came meanwhile: the new opening begins all the same.
    package mutating func stopped(_ key: OpeningKey, succeeded: Bool, now: Milliseconds) -> StopOutcome {
        guard let closing = openings[key], closing.phase == .closing,
            case .stop(let isClosedBeside)? = progress[key]?.command
        else { return StopOutcome() }
        progress[key]?.command = .idle
        if succeeded {
            let others = activeSharers(of: closing)
            // A next opening with the same stop command is checked when that one ends.
            let next = dropEndedHolds(ofSuccessor: key, now: now)
            let isFollowed = next?.opening.stopIdentity == closing.stopIdentity
            if others.isEmpty, !isFollowed, mustConfirm(closing) {
                return StopOutcome(steps: [ask(closing)].compactMap(\.self))
            }
            let siblings = closingSharers(of: closing)
            // New openings come last: one may have to be given up, and then stop runs once more.
            let end = finish(key, now: now)
            var steps = siblings.flatMap { runAgain($0.key, now: now) }
            // One of several equal start commands opens for all of them.
            var starts: Set<String> = []
            for other in others
            where other.phase != .open || !other.commands.isPlain || starts.insert(other.startIdentity).inserted {
                steps += runAgain(other.key, now: now)
            }
            return StopOutcome(steps: steps + end)
        }
        let isStillClosing = closingSharers(of: closing).contains { !(progress[$0.key]?.waitsForRetry ?? true) }
        let waiting =
            isStillClosing
            ? [] : activeSharers(of: closing).filter { progress[$0.key]?.command == .startLater }
        // One of several equal start commands opens for all of them.
        var equal: Set<String> = []
        let first = waiting.filter { !$0.commands.isPlain || equal.insert($0.startIdentity).inserted }
        for other in first {
            progress[other.key]?.command = .start(again: false)
        }
        let starts = first.map(OpeningStep.start)
        if isClosedBeside { return StopOutcome(steps: starts + finish(key, now: now)) }
        if let next = dropEndedHolds(ofSuccessor: key, now: now) {
            if next.opening.stopIdentity != closing.stopIdentity { return keepBeside(closing, now: now, starts) }
            let steps = finish(key, now: now)
            // The former opening may still be in place.
            progress[key]?.hasRun = true
            progress[key]?.mayBeDoubled = true
            return StopOutcome(steps: starts + steps, isHandedOn: true)
        }
        let mustStop = progress[key]?.mustStop ?? false
        if waiting.contains(where: { !mustStop || $0.startIdentity == closing.startIdentity }) {
            return StopOutcome(steps: starts + finish(key, now: now), isHandedOn: true)
        }
        var outcome = StopOutcome(steps: starts)
        let retried = fail(key, now: now, &outcome)
        if let retried, isCheckDecisive(retried), progress[key]?.retry.failures ?? 0 > 1, let asking = ask(retried) {
            outcome.steps.append(asking)
        }
        return outcome
    }

    /// Whether a successful stop must be confirmed by the check, since start may have run more often.
    private func mustConfirm(_ closing: Opening) -> Bool {
        closing.commands.check != nil && mayBeDoubled(closing)
    }

    private func mayBeDoubled(_ closing: Opening) -> Bool {
        guard let state = progress[closing.key] else { return false }
        // A stop command that has failed may have done half of its work.
        return state.mayBeDoubled || state.retry.failures > 0 || wasShared(closing)
    }

    /// Handles the answer about an opening whose stop command has succeeded, or has failed twice.
    mutating func checkedWhileClosing(
        _ opening: Opening, _ state: OpeningProgress, _ answer: CheckAnswer, now: Milliseconds
    ) -> CheckOutcome {
        guard state.waitsForRetry else { return CheckOutcome() }
        let hasSucceeded = state.retry.next == nil
        if answer == .gone && (hasSucceeded || isCheckDecisive(opening)) || hasSucceeded && answer == .unknown {
            let meaning = hasSucceeded ? CheckMeaning.nothing : .stopNotNeeded
            return CheckOutcome(steps: finish(opening.key, now: now), meaning: meaning)
        }
        guard hasSucceeded else { return CheckOutcome() }
        // Another equal rule is in place: run stop once more.
        progress[opening.key]?.mayBeDoubled = true
        progress[opening.key]?.remainders += 1
        if state.remainders < DoorsLimits.stopsAtOnce, let closing = stop(opening.key) {
            return CheckOutcome(steps: [.stop(closing)])
        }
        // Stop does not close it, or the check is wrong: treat that as a failure.
        var outcome = StopOutcome()
        let noted = fail(opening.key, now: now, &outcome)
        let meaning = outcome.nextTry.map { CheckMeaning.stopInVain(next: $0, isLogged: outcome.isLogged) }
        return CheckOutcome(steps: noted.map { [.record($0)] } ?? [], meaning: meaning ?? .nothing)
    }

    /// Notes a failure, and schedules the next try.
    private mutating func fail(_ key: OpeningKey, now: Milliseconds, _ outcome: inout StopOutcome) -> Opening? {
        outcome.isLogged = progress[key]?.retry.failed(at: now) ?? false
        outcome.nextTry = progress[key]?.retry.next
        if let next = outcome.nextTry { retries.insert(key, deadline: next) }
        return change(key) { $0.process = nil }
    }

    /// Keeps a closing opening beside the next one, whose own stop command would not close it.
    private mutating func keepBeside(_ closing: Opening, now: Milliseconds, _ starts: [OpeningStep]) -> StopOutcome {
        let place = closing.placeBeside
        if openings[place] != nil {
            // Another opening already has that duty.
            progress[place]?.mayBeDoubled = true
            let nextTry = progress[place]?.retry.next
            return StopOutcome(steps: starts + finish(closing.key, now: now), nextTry: nextTry)
        }
        var kept = closing
        kept.key = place
        var state = progress[closing.key] ?? OpeningProgress(starter: closing.firstHolder)
        // A pending answer belongs to the former place.
        state.question = .none
        let successor = successors.removeValue(forKey: closing.key)
        remove(closing.key)
        // A holder of both needs two places now.
        for holder in closing.holders where successor?.opening.isHeld(by: holder) ?? false {
            quotas.take(holder, at: closing.key.door)
        }
        insert(kept, state)
        var outcome = StopOutcome()
        if let noted = fail(kept.key, now: now, &outcome) { outcome.steps.append(.record(noted)) }
        outcome.steps += starts
        if let successor { outcome.steps += begin(successor, now: now) }
        return outcome
    }

    /// Removes a closed opening, and begins the next one if a knock has asked for it meanwhile.
    mutating func finish(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep] {
        guard let closing = openings[key] else { return [] }
        let next = dropEndedHolds(ofSuccessor: key, now: now)
        for holder in closing.holders where !(next?.opening.isHeld(by: holder) ?? false) {
            quotas.release(holder, at: key.door)
        }
        let lastRerun = progress[key]?.lastRerun
        let mayBeDoubled = mayBeDoubled(closing)
        successors[key] = nil
        remove(key)
        guard let next else { return [.over(closing)] }
        let steps = begin(next, now: now)
        progress[key]?.lastRerun = lastRerun
        progress[key]?.mayBeDoubled = mayBeDoubled
        return steps
    }

    /// Removes expired holds of a successor: their time goes on while the former opening closes. Nil if no holder is
    /// left.
    private mutating func dropEndedHolds(ofSuccessor key: OpeningKey, now: Milliseconds) -> Successor? {
        guard let next = successors[key] else { return nil }
        let ended = next.opening.holds.filter { !$0.lasts(at: now) }
        for hold in ended { releaseSuccessor(hold, of: key) }
        return successors[key]
    }

    private mutating func begin(_ next: Successor, now: Milliseconds) -> [OpeningStep] {
        var opening = next.opening
        for index in opening.holds.indices { opening.holds[index].restart(at: now) }
        insert(opening, OpeningProgress(starter: next.starter))
        return [.begin(opening)]
    }

    /// Handles the success of a shared stop command, which has closed this opening too.
    private mutating func runAgain(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep] {
        guard let opening = openings[key], let state = progress[key] else { return [] }
        switch opening.phase {
        case .closing:
            if state.waitsForRetry { return finish(key, now: now) }
            if state.isStopping { progress[key]?.command = .stop(isClosedBeside: true) }
            return []
        case .open:
            progress[key]?.lastRerun = now
            change(key) { $0.phase = .starting }
        case .starting where state.command == .startLater: progress[key]?.command = .idle
        case .starting:
            if state.isStarting, !state.isCutOff { progress[key]?.command = .start(again: true) }
            return []
        }
        // Another opening with this stop command may still be closing.
        return readyToStart(key, now: now)
    }

    /// Returns the stop commands that are due to run again.
    package mutating func retriesDue(at now: Milliseconds) -> [OpeningStep] {
        var steps: [OpeningStep] = []
        while let key = retries.popFirst(upTo: now) {
            guard let next = progress[key]?.retry.next, next <= now, let closing = stop(key) else { continue }
            steps.append(.stop(closing))
        }
        return steps
    }

    /// Runs every waiting stop command at once, and makes the next pauses short.
    package mutating func retryAll() -> [OpeningStep] {
        for key in openings.keys { progress[key]?.retry.hurry() }
        return openings.keys.filter { progress[$0]?.retry.next != nil }.compactMap { stop($0).map(OpeningStep.stop) }
    }
}
