package import Base

extension OpenDoors {
    package enum StartEnding: Sendable {
        case succeeded
        case failed
        /// It was ended or never run, so its effect is unknown.
        case cutOff
    }

    /// Handles a recorded opening: its start command runs, unless a stop command that it shares runs, or has to run
    /// first.
    package mutating func readyToStart(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep] {
        guard let opening = openings[key], opening.phase == .starting else { return [] }
        if progress[key]?.isCutOff ?? false { return takenBack(key, now: now) }
        var steps: [OpeningStep] = []
        for other in closingSharers(of: opening) {
            guard let state = progress[other.key] else { continue }
            if !state.waitsForRetry {
                progress[key]?.command = .startLater
            } else if state.mustStop, other.startIdentity != opening.startIdentity {
                progress[key]?.command = .startLater
                if let closing = stop(other.key) { steps.append(.stop(closing)) }
            } else {
                // This opening takes over the duty to run stop.
                steps += finish(other.key, now: now)
            }
        }
        if progress[key]?.command == .startLater { return steps }
        if let joined = joinTwin(opening, now: now) { return steps + joined }
        progress[key]?.command = .start(again: false)
        progress[key]?.question = .none
        return steps + [.start(opening)]
    }

    /// Joins an opening whose equal start command has run, or runs: a second run would leave one of the two in place
    /// after stop.
    ///
    /// Nil if there is none, or if this opening was open before and has to be run again.
    private mutating func joinTwin(_ opening: Opening, now: Milliseconds) -> [OpeningStep]? {
        let key = opening.key
        guard !(progress[key]?.hasRun ?? true) else { return nil }
        let twins = activeSharers(of: opening).filter { $0.isTwin(of: opening) }
        if twins.contains(where: { $0.phase == .open && !$0.startFailed }) {
            let steps = started(key, .succeeded, now: now)
            guard let open = openings[key], open.commands.check != nil else { return steps }
            return steps + [ask(open)].compactMap(\.self)
        }
        guard twins.contains(where: { progress[$0.key]?.isStarting ?? false }) else { return nil }
        progress[key]?.command = .startLater
        return []
    }

    /// Starts the openings that waited for this one's start command, and not for a stop command.
    private mutating func releaseTwins(of opening: Opening, now: Milliseconds) -> [OpeningStep] {
        if closingSharers(of: opening).contains(where: { !(progress[$0.key]?.waitsForRetry ?? true) }) { return [] }
        var steps: [OpeningStep] = []
        for other in activeSharers(of: opening) where progress[other.key]?.command == .startLater {
            progress[other.key]?.command = .idle
            steps += readyToStart(other.key, now: now)
        }
        return steps
    }

    /// Gives up a new opening before its start. Nil if there is nothing to close, so that it can be forgotten.
    package mutating func giveUp(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep]? {
        guard let opening = openings[key], mayHaveOpened(opening) else { return nil }
        return started(key, .cutOff, now: now)
    }

    /// Cancels a repeated start: the opening is as it was, open until its deadline.
    package mutating func notStarted(_ key: OpeningKey) {
        guard openings[key]?.phase == .starting else { return }
        let opening = change(key) {
            $0.phase = .open
            for index in $0.holds.indices { $0.holds[index].awaitsStart = false }
        }
        if let opening { watch(opening) }
    }

    /// Handles a start command without room in its holder's lane. The holder loses its hold, if it still has one, and
    /// the command runs for the next holder.
    package mutating func hasNoRoom(_ key: OpeningKey, for holder: Holder, now: Milliseconds) -> [OpeningStep] {
        guard let opening = openings[key], opening.phase == .starting else { return [] }
        let isLast = !opening.holds.contains { $0.holder != holder && $0.lasts(at: now) }
        if isLast || progress[key]?.isCutOff ?? false { return takenBack(key, now: now) }
        guard let left = release(opening.holds.filter { $0.holder == holder }, of: key) else { return [] }
        progress[key]?.command = .idle
        // A shared stop command may run by now.
        return [.record(left)] + readyToStart(key, now: now)
    }

    /// Handles a start command that waited for its turn and will not be run.
    package mutating func takenBack(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep] {
        guard let opening = openings[key], opening.phase == .starting else { return [] }
        return mayHaveOpened(opening) ? started(key, .cutOff, now: now) : finish(key, now: now)
    }

    /// Handles the end of a start command. The time of the opening begins.
    package mutating func started(_ key: OpeningKey, _ ending: StartEnding, now: Milliseconds) -> [OpeningStep] {
        guard openings[key]?.phase == .starting else { return [] }
        let startsAgain = progress[key]?.command == .start(again: true)
        progress[key]?.command = .idle
        if ending == .cutOff || progress[key]?.isCutOff ?? false {
            progress[key]?.mustStop = true
            return stop(key).map { [.stop($0)] } ?? []
        }
        if startsAgain {
            change(key) { $0.process = nil }
            return readyToStart(key, now: now)
        }
        progress[key]?.openSince = now
        let opening = change(key) {
            $0.phase = .open
            $0.process = nil
            $0.startFailed = ending == .failed
            for index in $0.holds.indices { $0.holds[index].begin(at: now) }
        }
        guard let opening else { return [] }
        watch(opening)
        return [.record(opening)] + releaseTwins(of: opening, now: now)
    }
}
