package import Base

extension OpenDoors {
    /// How a start command has ended.
    package enum StartEnding: Sendable {
        case succeeded
        case failed
        /// It was ended, or never run, so nobody knows what it has done.
        case cutOff
    }

    /// An opening is on record: its start command may be run, unless the stop command that it shares with another one runs,
    /// or has to be run before.
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
                // From now on this one has the stop command to run.
                steps += finish(other.key, now: now)
            }
        }
        if progress[key]?.command == .startLater { return steps }
        if let joined = joinTwin(opening, now: now) { return steps + joined }
        progress[key]?.command = .start(again: false)
        progress[key]?.question = .none
        return steps + [.start(opening)]
    }

    /// What an equal start command of another opening has put in place is not put there again: stop would take away one of
    /// the two. Nil if there is none, or if this one was open before, and is to be run again.
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

    /// Those whose start command waited for this one's, and not for a stop command.
    private mutating func releaseTwins(of opening: Opening, now: Milliseconds) -> [OpeningStep] {
        if closingSharers(of: opening).contains(where: { !(progress[$0.key]?.waitsForRetry ?? true) }) { return [] }
        var steps: [OpeningStep] = []
        for other in activeSharers(of: opening) where progress[other.key]?.command == .startLater {
            progress[other.key]?.command = .idle
            steps += readyToStart(other.key, now: now)
        }
        return steps
    }

    /// A new opening is not to be started after all. Nil if there is nothing to close, so that it can be forgotten.
    package mutating func giveUp(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep]? {
        guard let opening = openings[key], mayHaveOpened(opening) else { return nil }
        return started(key, .cutOff, now: now)
    }

    /// The start command will not be run again after all: the opening is as it was, open until its deadline.
    package mutating func notStarted(_ key: OpeningKey) {
        guard openings[key]?.phase == .starting else { return }
        let opening = change(key) {
            $0.phase = .open
            for index in $0.holds.indices { $0.holds[index].awaitsStart = false }
        }
        if let opening { watch(opening) }
    }

    /// There is no room for the start command among those of the holder it was to be run for: he holds the opening no more,
    /// and it is run for the next one. He may have given it up meanwhile.
    package mutating func hasNoRoom(_ key: OpeningKey, for holder: Holder, now: Milliseconds) -> [OpeningStep] {
        guard let opening = openings[key], opening.phase == .starting else { return [] }
        let isLast = !opening.holds.contains { $0.holder != holder && $0.lasts(at: now) }
        if isLast || progress[key]?.isCutOff ?? false { return takenBack(key, now: now) }
        guard let left = release(opening.holds.filter { $0.holder == holder }, of: key) else { return [] }
        progress[key]?.command = .idle
        // A stop command that it shares may run by now.
        return [.record(left)] + readyToStart(key, now: now)
    }

    /// The start command waited for a slot, and will not be run.
    package mutating func takenBack(_ key: OpeningKey, now: Milliseconds) -> [OpeningStep] {
        guard let opening = openings[key], opening.phase == .starting else { return [] }
        return mayHaveOpened(opening) ? started(key, .cutOff, now: now) : finish(key, now: now)
    }

    /// The start command has ended: from now on the opening lasts its time.
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
