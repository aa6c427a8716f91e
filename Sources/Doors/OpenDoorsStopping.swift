package import Linux

extension OpenDoors {
    /// What the end of a stop command comes to.
    package struct StopOutcome: Equatable, Sendable {
        package var steps: [OpeningStep] = []
        /// When it is run again, on the since-boot clock; nil if it has succeeded, or a new opening has its duty.
        package var nextTry: Milliseconds?
        /// Whether a failure is to be logged.
        package var isLogged = true
    }

    /// Its stop command is to be run now. Nil if there is no such opening.
    mutating func stop(_ key: OpeningKey) -> Opening? {
        progress[key]?.isStopping = true
        progress[key]?.isOrphaned = false
        progress[key]?.retry.begins()
        return change(key) { $0.phase = .closing }
    }

    /// The stop command has ended. The opening is over if it has succeeded, and not otherwise: then it is to be run again,
    /// unless somebody has knocked meanwhile, who comes in all the same.
    package mutating func stopped(_ key: OpeningKey, succeeded: Bool, now: Milliseconds) -> StopOutcome {
        guard let closing = openings[key], closing.phase == .closing, progress[key]?.isStopping ?? false else {
            return StopOutcome()
        }
        progress[key]?.isStopping = false
        if succeeded {
            let others = activeSharers(of: closing) + closingSharers(of: closing)
            return StopOutcome(steps: finish(key, now: now) + others.flatMap { runAgain($0.key, now: now) })
        }
        let isStillClosing = closingSharers(of: closing).contains { progress[$0.key]?.isStopping ?? false }
        let waiting = isStillClosing ? [] : activeSharers(of: closing).filter { progress[$0.key]?.startsLater ?? false }
        for other in waiting { progress[other.key]?.startsLater = false }
        let starts = waiting.map(OpeningStep.start)
        if let next = dropEndedHolds(ofSuccessor: key, now: now) {
            if next.commands.stop != closing.commands.stop { return keepBeside(closing, now: now, starts) }
            return StopOutcome(steps: finish(key, now: now) + starts)
        }
        let mustStop = progress[key]?.mustStop ?? false
        if waiting.contains(where: { !mustStop || $0.commands.start == closing.commands.start }) {
            return StopOutcome(steps: finish(key, now: now) + starts)
        }
        var outcome = StopOutcome(steps: starts)
        let retried = fail(key, now: now, &outcome)
        if let retried, retried.commands.check != nil, progress[key]?.retry.failures ?? 0 > 1 {
            progress[key]?.isChecking = true
            outcome.steps.append(.check(retried))
        }
        return outcome
    }

    /// Plans the next try.
    private mutating func fail(_ key: OpeningKey, now: Milliseconds, _ outcome: inout StopOutcome) -> Opening? {
        outcome.isLogged = progress[key]?.retry.failed(at: now) ?? false
        outcome.nextTry = progress[key]?.retry.next
        if let next = outcome.nextTry { retries.insert(key, deadline: next) }
        return change(key) { $0.process = nil }
    }

    /// The next opening begins, but closing it will not close this one: this one is kept until its stop command succeeds.
    private mutating func keepBeside(_ closing: Opening, now: Milliseconds, _ starts: [OpeningStep]) -> StopOutcome {
        var kept = closing
        kept.key = closing.key.replaced(closing.commands.stop)
        let state = progress[closing.key] ?? OpeningProgress()
        let successor = successors.removeValue(forKey: closing.key)
        remove(closing.key)
        if openings[kept.key] != nil { abandon(kept.key) }
        // Who holds both has two places now.
        let former = Set(closing.holds.map(\.holder))
        for holder in former where successor?.isHeld(by: holder) ?? false { places.take(holder, at: closing.key.door) }
        insert(kept, state)
        var outcome = StopOutcome()
        if let noted = fail(kept.key, now: now, &outcome) { outcome.steps.append(.record(noted)) }
        if let successor { outcome.steps += begin(successor, now: now) }
        outcome.steps += starts
        return outcome
    }

    /// An opening is over. Begins the next one, if a knock has asked for it meanwhile.
    mutating func finish(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep] {
        guard let closing = openings[key] else { return [] }
        let next = dropEndedHolds(ofSuccessor: key, now: now)
        for holder in Set(closing.holds.map(\.holder)) where !(next?.isHeld(by: holder) ?? false) {
            places.release(holder, at: key.door)
        }
        let lastRerun = progress[key]?.lastRerun
        successors[key] = nil
        remove(key)
        guard let next else { return [.over(closing)] }
        let steps = begin(next, now: now)
        progress[key]?.lastRerun = lastRerun
        return steps
    }

    /// The time of those who held the former opening goes on while it closes. Nil if nobody is left for the next one.
    private mutating func dropEndedHolds(ofSuccessor key: OpeningKey, now: Milliseconds) -> Opening? {
        guard let next = successors[key] else { return nil }
        let ended = next.holds.filter { !$0.lasts(at: now) }
        for hold in ended { releaseSuccessor(hold, of: key) }
        return successors[key]
    }

    private mutating func begin(_ next: Opening, now: Milliseconds) -> [OpeningStep] {
        var next = next
        for index in next.holds.indices { next.holds[index].restart(at: now) }
        insert(next)
        return [.begin(next)]
    }

    /// A stop command that it shares has succeeded: what it has opened is closed now too.
    private mutating func runAgain(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep] {
        guard let opening = openings[key], let state = progress[key] else { return [] }
        switch opening.phase {
        case .closing: return state.waitsForRetry && !state.isOrphaned ? finish(key, now: now) : []
        case .open:
            progress[key]?.lastRerun = now
            change(key) { $0.phase = .starting }
        case .starting where state.startsLater: progress[key]?.startsLater = false
        case .starting:
            if !state.isCutOff { progress[key]?.startsAgain = true }
            return []
        }
        // Another one with this stop command may be closing still.
        return readyToStart(key, now: now)
    }

    /// The openings whose stop command is to be run again now.
    package mutating func retriesDue(at now: Milliseconds) -> [OpeningStep] {
        var steps: [OpeningStep] = []
        while let key = retries.popFirst(upTo: now) {
            guard let next = progress[key]?.retry.next, next <= now, let closing = stop(key) else { continue }
            steps.append(.stop(closing))
        }
        return steps
    }

    /// Runs every stop command that waits for its next try at once.
    package mutating func retryAll() -> [OpeningStep] {
        openings.keys.filter { progress[$0]?.retry.next != nil }.compactMap { stop($0).map(OpeningStep.stop) }
    }
}
