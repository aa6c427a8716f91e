import Actions
import Base
import Configuration
import DoorControl
import Doors
import Events
import KeyMessages
import Knocks
import Ledger
import Linux
import Packets

/// The Doorkeeper's part for doors: it passes facts to `DoorController`, performs the effects, and writes the records
/// that must be durable first.
extension Doorkeeper {
    /// Handles a completed sequence.
    func knocked(at door: Door, with sequence: KnockSequence, _ source: IPAddress) {
        // Mark the one-time line as used first: an observer may have seen it, whatever happens to this knock.
        if let file = door.oneTimeFile {
            let (name, now) = (door.identity.displayName, Clock.sinceBoot())
            if configurationKeeper.oneTimeFiles.isUnmarked(door.identity),
                let refusal = doors.takeAllowance(of: door.identity, from: source, now: moment())
            {
                return journal.tellOfProof(.knock(.refused(refusal, door: name, source: source)), now: now)
            }
            journal.tellOfProof(.knock(.stage(sequence.count, door: name, source: source)), now: now)
            journal.tellOfProof(.knock(.openSesame(door: name, source: source)), now: now)
            do {
                try spend(sequence, of: door, from: file)
                configurationKeeper.oneTimeFiles.sequenceCame(at: door.identity, isMarked: true)
            } catch {
                configurationKeeper.oneTimeFiles.sequenceCame(at: door.identity, isMarked: false)
                return journal.tellOfProof(
                    .knock(.refused(.notSpent(reason: error.summary), door: name, source: source)), now: now)
            }
        }
        admit([Claim(sequenceAt: door, from: source)])
    }

    /// Admits claims. Their effects are performed at the end of the turn, once their records are durable.
    func admit(_ claims: [Claim]) {
        perform(doors.admit(claims, in: &keys, now: moment(), waiting: waitingStarts))
    }

    func waitingStarts(_ door: DoorIdentity, _ holder: Holder) -> Int? {
        runner.hasRoomForStart(in: Lane(door: door, holder: holder)) ? nil : runner.waitingStartCount(at: door)
    }

    func moment() -> Moment { .now }

    // MARK: Effects

    /// Logs and answers at once, and keeps all other effects for the end of the turn.
    func perform(_ effects: [DoorEffect]) {
        for effect in effects {
            switch effect {
            case .tell(let event, .always): journal.tell(event)
            case .tell(let event, .proof): journal.tellOfProof(event, now: Clock.sinceBoot())
            case .tell(let event, .stranger): journal.tellOfStranger(event, now: Clock.sinceBoot())
            case .decided(let generation, let nonce, let isSpent):
                verifier.send([.decided(generation: generation, nonce: nonce, isSpent: isSpent)])
            case .run, .hurry, .endStart, .endGroup: waitingEffects.append(effect)
            }
        }
    }

    /// Performs the effects of this turn: first those that need no record, then those that were recorded. It raises the
    /// capabilities once for all of them.
    func finishTurn() {
        guard !waitingEffects.isEmpty || doors.hasRecords(now: moment()) || ledger.isWaiting else { return }
        Capabilities.use {
            repeat {
                actOnEffects()
                record()
            } while !waitingEffects.isEmpty || doors.hasRecords(now: moment())
        }
    }

    private func actOnEffects() {
        while !waitingEffects.isEmpty {
            let effects = waitingEffects
            waitingEffects = []
            for effect in effects { act(on: effect, now: Clock.sinceBoot()) }
        }
    }

    private func act(on effect: DoorEffect, now: Milliseconds) {
        switch effect {
        case .run(let command): run(command, now: now)
        case .hurry(let key, let holder):
            handle(
                runner.hurry(
                    in: Lane(door: key.door, holder: holder), where: { $0.purpose.purpose == .opening(key) }, now: now),
                now: now)
        case .endStart(let key): endStart(of: key, now: now)
        case .endGroup(let process, let atOnce): ChildProcess.end(group: process, atOnce: atOnce)
        case .tell, .decided: perform([effect])
        }
    }

    private func run(_ command: DoorCommand, now: Milliseconds) {
        if command.kind == .start, let count = waitingStarts(command.purpose.door, command.holder) {
            return perform(doors.startHasNoRoom(command, waiting: count, now: moment()))
        }
        let job = Commands.Job(
            kind: command.kind.ofRunner, command: command.text, environment: environment(command.values),
            limit: command.limit, lane: Lane(door: command.purpose.door, holder: command.holder), purpose: command)
        handle(runner.run(job, now: now), now: now)
    }

    /// Returns the environment variables of a command. By them the next run tells this daemon's commands from those of
    /// other daemons.
    ///
    /// - Parameter ledgerID: id of another ledger, for commands of a daemon whose openings were taken over.
    func environment(_ values: CommandValues, ledgerID: String? = nil) -> [String] {
        values.environment + ["KNOCK_LEDGER=\(ledgerID ?? ledger.id)"]
    }

    /// Ends the start command of an opening that is to be closed, whether it waits or runs.
    private func endStart(of key: OpeningKey, now: Milliseconds) {
        let isConcerned = { (job: Commands.Job) in job.kind == .start && job.purpose.purpose == .opening(key) }
        if !runner.takeBack(where: isConcerned).isEmpty {
            perform(doors.takenBack(key, now: moment()))
        } else if runner.end(where: isConcerned, now: now).isEmpty {
            perform(doors.startIsNowhere(key, now: moment()))
        }
    }

    /// Reports the runner's outcomes to the doors.
    func handle(_ outcomes: [Commands.Outcome], now: Milliseconds) {
        for outcome in outcomes {
            switch outcome {
            case .running(let job, let process):
                let identity = job.kind == .check ? nil : ProcessIdentity(of: process)
                perform(doors.running(job.purpose, identity, now: moment()))
            case .waits(let job, let running): perform(doors.waits(job.purpose, running: running))
            case .overLimit(let job): perform(doors.isOverLimit(job.purpose))
            case .ended(let job, let ending, let cause):
                perform(doors.ended(job.purpose, CommandEnd(ending, cause), now: moment()))
            case .failed(let job, let error):
                perform(doors.ended(job.purpose, .notRun(reason: error.description), now: moment()))
            }
        }
    }
}

extension Moment {
    /// The current time on the kernel's clocks.
    static var now: Moment {
        Moment(sinceBoot: Clock.sinceBoot(), monotonic: Clock.monotonic(), wall: Clock.wallMilliseconds())
    }
}

extension DoorCommand.Kind {
    fileprivate var ofRunner: Doorkeeper.Commands.Kind {
        switch self {
        case .start: .start
        case .stop: .stop
        case .check: .check
        }
    }
}

extension CommandEnd {
    fileprivate init(_ ending: ChildProcess.Ending, _ cause: Doorkeeper.Commands.Cause) {
        let why: Cause =
            switch cause {
            case .itself: .itself
            case .limit: .limit
            case .order: .order
            }
        switch ending {
        case .exited(let status): self = .exited(status, because: why)
        case .killed(let signal): self = .killed(signal, because: why)
        }
    }
}
