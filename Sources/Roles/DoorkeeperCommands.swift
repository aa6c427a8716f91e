import Actions
import Doors
import Events
import Ledger
import Linux

/// What the Doorkeeper does with the commands of openings: it runs them, and hands their ends to `OpenDoors`.
extension Doorkeeper {
    /// The variables that commands get, by which the next run of the daemon tells them from those of other daemons.
    ///
    /// - Parameter ledgerID: another ledger's number, for commands of a daemon whose openings were taken over.
    func environment(_ values: CommandValues, ledgerID: String? = nil) -> [String] {
        values.environment + ["KNOCK_LEDGER=\(ledgerID ?? ledger.id)"]
    }

    /// Among whose commands those of an opening are: those of who began it, or has held it longest.
    func lane(of opening: Opening) -> Lane<DoorIdentity, Holder> {
        Lane(door: opening.key.door, holder: opening.holds.first?.holder ?? .sequence)
    }

    func runStart(_ opening: Opening, now: Milliseconds) {
        run(.start, opening.commands.start, opening.startBound, for: opening, now: now)
    }

    func runStop(_ opening: Opening, now: Milliseconds) {
        run(.stop, opening.commands.stop, opening.commands.stopLimit, for: opening, now: now)
    }

    func runCheck(_ opening: Opening, now: Milliseconds) {
        guard let check = opening.commands.check else { return }
        run(.check, check, OpeningCommands.checkLimit, for: opening, now: now)
    }

    private func run(
        _ kind: Commands.Kind, _ command: String, _ limit: Milliseconds, for opening: Opening, now: Milliseconds
    ) {
        let job = Commands.Job(
            kind: kind, command: command, environment: environment(opening.values), limit: limit,
            lane: lane(of: opening), purpose: .opening(opening.key))
        handle(runner.run(job, now: now), now: now)
    }

    /// What has become of commands, step by step.
    func handle(_ outcomes: [Commands.Outcome], now: Milliseconds) {
        for outcome in outcomes {
            switch outcome {
            case .running(let job, let process): running(job, process, now: now)
            case .waits(let job, let running):
                journal.tellOfProof(.commandWaits(running: running, door: name(of: job.purpose)), now: now)
            case .overLimit(let job): overLimit(job)
            case .ended(let job, let ending, let cause): ended(job, ending, cause, now: now)
            case .failed(let job, let error): failed(job, error, now: now)
            }
        }
    }

    private func running(_ job: Commands.Job, _ process: Int32, now: Milliseconds) {
        switch (job.purpose, job.kind) {
        case (.opening, .check): return
        case (.opening(let key), _):
            // First the record: a daemon that follows this one must know what still runs.
            if let opening = openDoors.running(key, ProcessMark(of: process)) { _ = record(opening) }
            if openDoors.failures(of: key) == 0 {
                journal.tell(.running(command: job.command, door: key.door.displayName))
            }
        case (.once(let door), _):
            journal.tellOfProof(.running(command: job.command, door: door.displayName), now: now)
        }
    }

    private func overLimit(_ job: Commands.Job) {
        if job.kind == .check { return }
        if case .opening(let key) = job.purpose, openDoors.failures(of: key) > 0 { return }
        journal.tell(.commandOverLimit(seconds: Int((job.limit ?? 0) / 1000), door: name(of: job.purpose)))
    }

    private func ended(_ job: Commands.Job, _ ending: ChildProcess.Ending, _ cause: Commands.Cause, now: Milliseconds) {
        guard case .opening(let key) = job.purpose else { return tell(ending, of: job.purpose) }
        switch job.kind {
        case .start:
            if cause != .order { tell(ending, of: job.purpose) }
            startEnded(key, cause == .itself ? ending.isSuccess ? .succeeded : .failed : .cutOff, now: now)
        case .stop:
            let isSuccess =
                openDoors[key].map { cause == .itself && ending.isSuccess(among: $0.commands.stopSuccess) } ?? true
            // Its other failures have a line of their own.
            if !isSuccess, openDoors.failures(of: key) == 0 { tell(ending, of: job.purpose) }
            let reason = cause == .limit ? "it ran for more than \(Int((job.limit ?? 0) / 1000)) s" : ending.text
            stopEnded(key, isSuccess ? nil : reason, now: now)
        case .check: checkEnded(key, cause == .itself ? ending.checkAnswer : .unknown, now: now)
        }
    }

    private func failed(_ job: Commands.Job, _ error: SystemError, now: Milliseconds) {
        guard case .opening(let key) = job.purpose else {
            return journal.tell(.commandNotRun(reason: error.description, door: name(of: job.purpose)))
        }
        switch job.kind {
        case .start:
            journal.tell(.commandNotRun(reason: error.description, door: name(of: job.purpose)))
            startEnded(key, .failed, now: now)
        case .stop: stopEnded(key, "it cannot be run: \(error)", now: now)
        case .check: checkEnded(key, .unknown, now: now)
        }
    }

    private func startEnded(_ key: OpeningKey, _ ending: OpenDoors.StartEnding, now: Milliseconds) {
        let steps = openDoors.started(key, ending, now: now)
        if case .record(let opening) = steps.first, ending == .succeeded, openDoors.wasRunAgain(key) {
            let until = text(of: opening, now)
            journal.tellOfProof(.openAgain(until: until, door: key.door.displayName, source: key.address), now: now)
        }
        perform(steps, now: now)
    }

    /// - Parameter failure: why it has not succeeded; nil if it has.
    private func stopEnded(_ key: OpeningKey, _ failure: String?, now: Milliseconds) {
        let outcome = openDoors.stopped(key, succeeded: failure == nil, now: now)
        if let failure, let next = outcome.nextTry, outcome.isLogged {
            journal.tell(
                .stopFailed(
                    reason: failure, next: timeOfDay(next, now), door: key.door.displayName, source: key.address))
        }
        perform(outcome.steps, now: now)
        // The door may have been mended since it was opened.
        if outcome.nextTry != nil { perform(openDoors.mend(only: key, commandsAsConfigured), now: now) }
    }

    private func checkEnded(_ key: OpeningKey, _ answer: OpenDoors.CheckAnswer, now: Milliseconds) {
        let former = openDoors[key]
        let steps = openDoors.checked(key, answer, now: now)
        let (door, source) = (key.door.displayName, key.address)
        switch (former?.phase, answer) {
        case (.open, .inPlace):
            if let opening = openDoors[key] {
                journal.tellOfProof(.extended(until: text(of: opening, now), door: door, source: source), now: now)
            }
        case (.open, .gone): journal.tellOfProof(.runsAgain(.gone, door: door, source: source), now: now)
        case (.open, .unknown): journal.tellOfProof(.runsAgain(.anew, door: door, source: source), now: now)
        case (.closing, .gone) where !steps.isEmpty: journal.tell(.stopNotNeeded(door: door, source: source))
        default: break
        }
        perform(steps, now: now)
    }

    private func tell(_ ending: ChildProcess.Ending, of purpose: Purpose) {
        switch ending {
        case .exited(0): return
        case .exited(let status): journal.tell(.commandStatus(Int(status), door: name(of: purpose)))
        case .killed(let signal): journal.tell(.commandKilled(signal: Int(signal), door: name(of: purpose)))
        }
    }

    private func name(of purpose: Purpose) -> String {
        switch purpose {
        case .opening(let key): key.door.displayName
        case .once(let door): door.displayName
        }
    }
}

extension ChildProcess.Ending {
    fileprivate func isSuccess(among statuses: ExitStatuses) -> Bool {
        if case .exited(let status) = self { statuses.contains(status) } else { false }
    }

    fileprivate var text: String {
        switch self {
        case .exited(let status): "status \(status)"
        case .killed(let signal): "signal \(signal)"
        }
    }

    /// What a command says that asks whether an opening is in place.
    fileprivate var checkAnswer: OpenDoors.CheckAnswer {
        switch self {
        case .exited(0): .inPlace
        case .exited(1): .gone
        default: .unknown
        }
    }
}
