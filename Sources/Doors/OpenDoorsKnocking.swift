package import Base

extension OpenDoors {
    /// Consequence of an accepted knock.
    package enum KnockOutcome: Equatable, Sendable {
        /// A new opening: record it, then call `readyToStart`.
        case begin(Opening)
        /// It is open and lasts until the later deadline: record that.
        case extend(Opening)
        /// As `extend`, and check whether it is still in place. `checked` takes the answer.
        case check(Opening)
        /// It is open but its start command had failed: record that, then call `readyToStart`.
        case startAgain(Opening)
        /// Run its stop command now. A new opening begins when it has ended.
        case stopFirst(Opening)
        /// The door no longer has the start command that runs: record that, and end it. Stop follows, then a new
        /// opening.
        case endStart(Opening)
        /// Its start or stop command waits or runs. The knock takes effect when that has ended.
        case wait
        /// The holder has no place left at this door.
        case full(limit: Int)
        /// A command is too long to be run.
        case commandTooLong
    }

    /// Handles a proof at a door with a stop command. The cost does not grow with the number of openings.
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
            insert(fresh, OpeningProgress(starter: proof.holder))
            return .begin(fresh)
        }
        switch opening.phase {
        case .starting where progress[key]?.isCutOff ?? false:
            follow(successors[key]?.opening.holds ?? [], with: fresh, for: proof.holder)
            return .wait
        case .starting where progress[key]?.command != .startLater && !isAsConfigured(opening, door, actions):
            // The old command may hang, and the reload may have repaired it.
            follow(opening.holds.filter { $0.lasts(at: now) }, with: fresh, for: proof.holder)
            progress[key]?.isCutOff = true
            return change(key) { $0.expire() }.map(KnockOutcome.endStart) ?? .wait
        case .starting:
            change(key) { $0.join(proof.hold(from: now, awaitsStart: true)) }
            return .wait
        case .closing:
            follow(successors[key]?.opening.holds ?? [], with: fresh, for: proof.holder)
            if progress[key]?.command == .orphan, !isAsConfigured(opening, door, actions) { return .endStart(opening) }
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
        if !isAsConfigured(opening, door, actions) {
            return stopFirst(opening, then: fresh, for: proof.holder, now: now)
        }
        // Changes that do not affect the firewall take effect at once.
        change(key) {
            $0.commands.check = fresh.commands.check
            $0.commands.stopSuccess = fresh.commands.stopSuccess
            $0.commands.startLimit = fresh.commands.startLimit
            $0.commands.stopLimit = fresh.commands.stopLimit
        }
        if opening.startFailed { return startAgain(opening, proof, now: now) }
        let isPaused = progress[key]?.lastRerun.map { now - $0 < DoorsLimits.rerunPause } ?? false
        let isChecking = progress[key]?.question != OpeningProgress.Question.none
        guard isHolder, !isPaused, !isChecking, door.reknock != .extend else { return extend(key, proof, now: now) }
        // A stop command without an address would close the door for others too.
        let mayStop = actions.stop?.namesAddress ?? false
        if door.reknock == .rerun {
            return mayStop
                ? stopFirst(opening, then: fresh, for: proof.holder, now: now) : extend(key, proof, now: now)
        }
        if fresh.commands.check != nil {
            progress[key]?.mayStopForKnock = mayStop
            progress[key]?.lastRerun = now
            // If start has to run again, it runs in this holder's lane.
            progress[key]?.starter = proof.holder
            guard case .extend(let extended) = extend(key, proof, now: now) else { return .wait }
            return ask(extended) == nil ? .extend(extended) : .check(extended)
        }
        // One knock may come over both address families at once.
        let isYoung = progress[key]?.openSince.map { now - $0 < DoorsLimits.rerunPause } ?? false
        guard mayStop, !isYoung else { return extend(key, proof, now: now) }
        return stopFirst(opening, then: fresh, for: proof.holder, now: now)
    }

    /// Whether the door still has the commands of this opening. It makes no difference whose knock began it.
    private func isAsConfigured(_ opening: Opening, _ door: Door, _ actions: Door.Actions) -> Bool {
        OpeningCommands(of: door, actions, for: opening.values)?.doTheSame(as: opening.commands) ?? false
    }

    private mutating func extend(_ key: OpeningKey, _ proof: Proof, now: Milliseconds) -> KnockOutcome {
        let hold = proof.hold(from: now, awaitsStart: false)
        guard let extended = change(key, { $0.join(hold) }) else { return .wait }
        // An entry that comes too early is checked again.
        watch(hold, of: key)
        return .extend(extended)
    }

    /// - Parameter starter: holder in whose lane the next opening's start command runs.
    private mutating func stopFirst(
        _ opening: Opening, then fresh: Opening, for starter: Holder, now: Milliseconds
    ) -> KnockOutcome {
        follow(opening.holds.filter { $0.lasts(at: now) }, with: fresh, for: starter)
        progress[opening.key]?.lastRerun = now
        return stop(opening.key).map(KnockOutcome.stopFirst) ?? .wait
    }

    /// Plans the next opening, which the holders of the former one keep too.
    private mutating func follow(_ holds: [Hold], with fresh: Opening, for starter: Holder) {
        var next = fresh
        next.holds = holds
        fresh.holds.forEach { next.join($0) }
        successors[fresh.key] = Successor(opening: next, starter: starter)
    }

    private mutating func startAgain(_ opening: Opening, _ proof: Proof, now: Milliseconds) -> KnockOutcome {
        var hold = proof.hold(from: now, awaitsStart: true)
        // The hold is valid only if start is run.
        hold.deadline = now
        let again = change(opening.key) {
            $0.phase = .starting
            $0.join(hold)
        }
        // A failed start may have opened the door all the same.
        progress[opening.key]?.mayBeDoubled = true
        progress[opening.key]?.starter = proof.holder
        return again.map(KnockOutcome.startAgain) ?? .wait
    }

    /// Answer of a check command.
    package enum CheckAnswer: Sendable {
        case inPlace
        case gone
        /// The check could not tell.
        case unknown
    }

    /// Meaning of an answer, for the log.
    package enum CheckMeaning: Equatable, Sendable {
        /// The opening is in place.
        case inPlace
        /// The opening is gone, so start is run again.
        case gone
        /// Nothing is known, so stop and start are run.
        case anew
        /// The opening is closed, though its stop command has failed.
        case stopNotNeeded
        /// Its stop command has succeeded repeatedly, but the check says that it is open. `next` is when stop is run
        /// again.
        case stopInVain(next: Milliseconds, isLogged: Bool)
        case nothing
    }

    /// Steps and meaning of an answer.
    package struct CheckOutcome: Equatable, Sendable {
        package var steps: [OpeningStep] = []
        package var meaning = CheckMeaning.nothing
    }

    /// Handles an answer. An opening that is gone is opened again. If nothing is known, it is closed and opened again.
    /// An opening whose stop command has failed twice is closed if the check finds it gone.
    package mutating func checked(_ key: OpeningKey, _ answer: CheckAnswer, now: Milliseconds) -> CheckOutcome {
        let question = takeAnswer(key)
        guard let opening = openings[key], let state = progress[key] else { return CheckOutcome() }
        switch (question, opening.phase) {
        case (.none, _), (_, .starting): return CheckOutcome()
        case (.waits, _): return CheckOutcome(steps: [ask(opening)].compactMap(\.self))
        case (.asked, .closing): return checkedWhileClosing(opening, state, answer, now: now)
        case (.asked, .open): return checkedWhileOpen(opening, state, answer, now: now)
        }
    }

    private mutating func checkedWhileOpen(
        _ opening: Opening, _ state: OpeningProgress, _ answer: CheckAnswer, now: Milliseconds
    ) -> CheckOutcome {
        switch answer {
        case .gone:
            progress[opening.key]?.lastRerun = now
            // The check itself may have failed.
            progress[opening.key]?.mayBeDoubled = true
            change(opening.key) { $0.phase = .starting }
            return CheckOutcome(steps: readyToStart(opening.key, now: now), meaning: .gone)
        case .unknown where state.mayStopForKnock:
            let outcome = stopFirst(opening, then: opening.beginningAgain, for: state.starter, now: now)
            guard case .stopFirst(let closing) = outcome else { return CheckOutcome() }
            return CheckOutcome(steps: [.stop(closing)], meaning: .anew)
        case .inPlace, .unknown: return CheckOutcome(meaning: .inPlace)
        }
    }
}

extension Opening {
    /// The same opening, to be started again.
    fileprivate var beginningAgain: Opening {
        var again = self
        again.phase = .starting
        again.process = nil
        again.startFailed = false
        return again
    }
}
