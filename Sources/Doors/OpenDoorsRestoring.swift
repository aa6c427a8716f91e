extension OpenDoors {
    /// Restores an opening of an earlier run whose start command has ended. It is open until its deadline.
    package mutating func restore(_ opening: Opening) {
        var opening = opening
        var state = OpeningProgress(starter: opening.firstHolder)
        // It was closing: stop must run, even if others share it.
        state.mustStop = opening.phase == .closing
        state.hasRun = true
        // The record does not say how often start has run.
        state.mayBeDoubled = true
        opening.phase = .open
        for index in opening.holds.indices { opening.holds[index].awaitsStart = false }
        takeIn(opening, state)
        watch(opening)
    }

    /// Restores an opening of an earlier run whose start or stop command still runs. It is closing.
    package mutating func restoreClosing(_ opening: Opening) {
        var opening = opening
        opening.phase = .closing
        var state = OpeningProgress(starter: opening.firstHolder)
        state.command = .orphan
        state.hasRun = true
        state.mayBeDoubled = true
        state.mustStop = true
        takeIn(opening, state)
    }

    /// Handles the end of an earlier run's command. Its result is unknown, so stop is run, again if it was stop.
    package mutating func orphanEnded(_ key: OpeningKey) -> [OpeningStep] {
        guard progress[key]?.command == .orphan else { return [] }
        return stop(key).map { [.stop($0)] } ?? []
    }

    private mutating func takeIn(_ opening: Opening, _ state: OpeningProgress) {
        abandon(opening.key)
        insert(opening, state)
        for holder in Set(opening.holds.map(\.holder)) { quotas.take(holder, at: opening.key.door) }
    }

    /// Runs failed stop commands that the configuration has repaired, in their new form.
    ///
    /// - Parameters:
    ///   - only: the opening to check; nil for all.
    ///   - commands: returns the commands that the door now has for an opening; nil if there is no such door.
    package mutating func mend(
        only: OpeningKey? = nil, _ commands: (Opening) -> OpeningCommands?
    ) -> [OpeningStep] {
        var steps: [OpeningStep] = []
        for key in only.map({ [$0] }) ?? Array(progress.keys) {
            guard let state = progress[key], state.retry.next != nil, var opening = openings[key],
                let mended = commands(opening), mended.start == opening.commands.start,
                mended.stop != opening.commands.stop || mended.stopSuccess != opening.commands.stopSuccess
            else { continue }
            opening.commands = mended
            insert(opening, state)
            steps.append(.record(opening))
            if let closing = stop(key) { steps.append(.stop(closing)) }
        }
        return steps
    }
}
