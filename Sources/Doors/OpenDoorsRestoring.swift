extension OpenDoors {
    /// An opening of an earlier run of the daemon, whose start command has ended. It is open until its deadline.
    package mutating func restore(_ opening: Opening) {
        var opening = opening
        var state = OpeningProgress(starter: opening.firstHolder)
        // It had to be stopped, whoever shares its stop command.
        state.mustStop = opening.phase == .closing
        state.hasRun = true
        // How often start has run is not on record.
        state.mayBeDoubled = true
        opening.phase = .open
        for index in opening.holds.indices { opening.holds[index].awaitsStart = false }
        takeIn(opening, state)
        watch(opening)
    }

    /// An opening of an earlier run of the daemon, one of whose commands still runs: it is closing.
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

    /// The command of an earlier run has ended, and nobody knows how: stop is to be run, once more if it was stop.
    package mutating func orphanEnded(_ key: OpeningKey) -> [OpeningStep] {
        guard progress[key]?.command == .orphan else { return [] }
        return stop(key).map { [.stop($0)] } ?? []
    }

    private mutating func takeIn(_ opening: Opening, _ state: OpeningProgress) {
        abandon(opening.key)
        insert(opening, state)
        for holder in Set(opening.holds.map(\.holder)) { quotas.take(holder, at: opening.key.door) }
    }

    /// The configuration was read anew. A stop command that has failed, and that the door has mended, is run as it is now.
    ///
    /// - Parameters:
    ///   - commands: what the door of an opening runs now for the knock that began it; nil if there is none.
    ///   - only: the opening that is asked for; nil for all.
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
