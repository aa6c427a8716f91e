package import Linux

extension OpenDoors {
    /// What a knock that the door accepts leads to.
    package enum KnockOutcome: Equatable, Sendable {
        /// A new opening: record it, then ask `readyToStart`.
        case begin(Opening)
        /// It is open and stays so until the later deadline: record that.
        case extend(Opening)
        /// The same, and ask whether it is still in place: `checked` says what follows.
        case check(Opening)
        /// It is open but its start command had failed: record that, then ask `readyToStart`.
        case startAgain(Opening)
        /// Run its stop command now; a new opening begins when that has ended.
        case stopFirst(Opening)
        /// Its start or stop command is on its way; the knock counts when that has ended.
        case wait
        /// The door is open for as many addresses as it may be.
        case full(limit: Int)
        /// A command would become too long to be run.
        case commandTooLong
    }

    /// An opening is run again at most once in this time.
    static var rerunPause: Milliseconds { 2000 }

    /// A proof was given at a door that has a stop command. What it costs does not grow with the number of openings.
    package mutating func knock(
        _ proof: Proof, at door: Door, _ actions: Door.Actions, now: Milliseconds
    ) -> KnockOutcome {
        let values = proof.values(at: door.identity)
        guard let commands = OpeningCommands(of: door, actions, for: values) else { return .commandTooLong }
        let key = OpeningKey(
            door: door.identity, address: proof.address, of: proof.holder, namesKey: actions.nameKey)
        let wasHeld = openings[key]?.isHeld(by: proof.holder) ?? false
        guard takePlace(proof.holder, in: key, at: door) else { return .full(limit: door.maxOpenings) }
        let fresh = Opening(
            key: key, values: values, commands: commands, phase: .starting,
            holds: [proof.hold(from: now, awaitsStart: true)])
        guard let opening = openings[key] else {
            insert(fresh)
            return .begin(fresh)
        }
        switch opening.phase {
        case .starting where progress[key]?.isCutOff ?? false:
            successors[key] = follow(successors[key]?.holds ?? [], with: fresh)
            return .wait
        case .starting:
            change(key) { $0.join(proof.hold(from: now, awaitsStart: true)) }
            return .wait
        case .closing:
            successors[key] = follow(successors[key]?.holds ?? [], with: fresh)
            guard progress[key]?.waitsForRetry ?? false, let closing = stop(key) else { return .wait }
            return .stopFirst(closing)
        case .open:
            return knockWhileOpen(opening, proof, fresh, at: door, actions, isHolder: wasHeld, now: now)
        }
    }

    private mutating func knockWhileOpen(
        _ opening: Opening, _ proof: Proof, _ fresh: Opening, at door: Door, _ actions: Door.Actions, isHolder: Bool,
        now: Milliseconds
    ) -> KnockOutcome {
        let key = opening.key
        // The configuration may have been changed since; whose knock began it makes no difference.
        let isAsConfigured =
            OpeningCommands(of: door, actions, for: opening.values)?.doTheSame(as: opening.commands) ?? false
        if !isAsConfigured { return stopFirst(opening, then: fresh, now: now) }
        // What does nothing to the firewall takes effect at once.
        change(key) {
            $0.commands.check = fresh.commands.check
            $0.commands.stopSuccess = fresh.commands.stopSuccess
            $0.commands.startLimit = fresh.commands.startLimit
            $0.commands.stopLimit = fresh.commands.stopLimit
        }
        if opening.startFailed { return startAgain(opening, proof, now: now) }
        let isPaused = progress[key]?.lastRerun.map { now - $0 < Self.rerunPause } ?? false
        let isChecking = progress[key]?.isChecking ?? false
        guard isHolder, !isPaused, !isChecking, door.reknock != .extend else { return extend(key, proof, now: now) }
        if door.reknock == .rerun { return stopFirst(opening, then: fresh, now: now) }
        // A stop command without an address would shut out others.
        let mayStop = actions.stop?.namesAddress ?? false
        if fresh.commands.check != nil {
            progress[key]?.isChecking = true
            progress[key]?.mayStopForKnock = mayStop
            progress[key]?.lastRerun = now
            guard case .extend(let extended) = extend(key, proof, now: now) else { return .wait }
            return .check(extended)
        }
        // Both families of one knock come at once.
        let isYoung = progress[key]?.openSince.map { now - $0 < Self.rerunPause } ?? false
        guard mayStop, !isYoung else { return extend(key, proof, now: now) }
        return stopFirst(opening, then: fresh, now: now)
    }

    private mutating func extend(_ key: OpeningKey, _ proof: Proof, now: Milliseconds) -> KnockOutcome {
        let hold = proof.hold(from: now, awaitsStart: false)
        guard let extended = change(key, { $0.join(hold) }) else { return .wait }
        // A deadline that comes too early is asked again.
        watch(hold, of: key)
        return .extend(extended)
    }

    private mutating func stopFirst(_ opening: Opening, then fresh: Opening, now: Milliseconds) -> KnockOutcome {
        successors[opening.key] = follow(opening.holds.filter { $0.lasts(at: now) }, with: fresh)
        progress[opening.key]?.lastRerun = now
        return stop(opening.key).map(KnockOutcome.stopFirst) ?? .wait
    }

    /// The next opening, for those too who hold the former one.
    private func follow(_ holds: [Hold], with fresh: Opening) -> Opening {
        var next = fresh
        next.holds = holds
        fresh.holds.forEach { next.join($0) }
        return next
    }

    private mutating func startAgain(_ opening: Opening, _ proof: Proof, now: Milliseconds) -> KnockOutcome {
        var hold = proof.hold(from: now, awaitsStart: true)
        // It counts if start is run, and not otherwise.
        hold.deadline = now
        let again = change(opening.key) {
            $0.phase = .starting
            $0.join(hold)
        }
        return again.map(KnockOutcome.startAgain) ?? .wait
    }

    /// What the command has answered that asks whether an opening is in place.
    package enum CheckAnswer: Sendable {
        case inPlace
        case gone
        /// It cannot be known.
        case unknown
    }

    /// A check has ended. An opening that is gone is opened again; one of which nothing can be known is closed and opened.
    /// One whose stop command has failed twice, and that is gone, is over.
    package mutating func checked(_ key: OpeningKey, _ answer: CheckAnswer, now: Milliseconds) -> [OpeningStep] {
        guard let opening = openings[key], let state = progress[key], state.isChecking else { return [] }
        progress[key]?.isChecking = false
        switch (opening.phase, answer) {
        case (.open, .gone):
            progress[key]?.lastRerun = now
            change(key) { $0.phase = .starting }
            return readyToStart(key, now: now)
        case (.open, .unknown) where state.mayStopForKnock:
            let outcome = stopFirst(opening, then: opening.beginningAgain, now: now)
            return if case .stopFirst(let closing) = outcome { [.stop(closing)] } else { [] }
        case (.closing, _): return checkedWhileClosing(opening, state, answer, now: now)
        default: return []
        }
    }
}

extension Opening {
    /// The same once more, from its start command on.
    fileprivate var beginningAgain: Opening {
        var again = self
        again.phase = .starting
        again.process = nil
        again.startFailed = false
        return again
    }
}
