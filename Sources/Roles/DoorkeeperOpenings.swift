import Actions
import Configuration
import Doors
import Events
import Knocks
import Ledger
import Linux
import Packets

/// What the Doorkeeper does with proofs and with the commands that follow from them. The order is always: record, run
/// start, record that it ended, run stop, record that it is closed.
extension Doorkeeper {
    /// When a stop command that could not be run is tried again.
    private static let stopRetryPause: Milliseconds = 1000

    /// Somebody has proven that this address may come in.
    func knocked(at door: Door, with sequence: KnockSequence, _ source: IPAddress, now: Milliseconds) {
        let name = door.identity.displayName
        if let rest = cooldowns.rest(of: door, source, now: now) {
            // A stream of datagrams may come; one line says it.
            if rest.isNews {
                journal.tellOfStranger(.inCooldown(seconds: rest.seconds, door: name, source: source), now: now)
            }
            return
        }
        journal.tellOfProof(.stage(sequence.count, door: name, source: source), now: now)
        journal.tellOfProof(.openSesame(door: name, source: source), now: now)
        guard leaving == nil else { return }
        if let excess = allowance.take(door.identity, from: source, now: now) {
            return refuse(excess.refusal, name, source, now)
        }
        if let file = door.oneTimeFile {
            do {
                try spend(sequence, of: door, from: file)
            } catch {
                return refuse(.notSpent(reason: error.summary), name, source, now)
            }
        }
        cooldowns.begin(at: door, source, now: now)
        guard let actions = door.actions(for: source) else { return }
        let proof = Proof(sequenceAt: door, address: source)
        guard let stop = actions.stop else { return runOnce(actions.start, at: door, proof, now: now) }
        switch openDoors.knock(proof, at: door, start: actions.start, stop: stop, now: now) {
        case .begin(let opening): begin(opening, now: now)
        case .startAgain(let opening): startAgain(opening, now: now)
        case .extend(let opening):
            journal.tellOfProof(.extended(door: name, source: source), now: now)
            _ = record(opening)
        case .stopFirst(let opening): runStop(opening, now: now)
        case .wait: hurry(OpeningKey(door: door.identity, address: source), for: proof.holder, now: now)
        case .full(let limit):
            cooldowns.forget(source, at: door)
            refuse(.full(limit: limit), name, source, now)
        case .commandTooLong: refuse(.commandTooLong, name, source, now)
        }
    }

    /// A door without a stop command: its start command is run, and nothing follows.
    func runOnce(_ start: ActionTemplate, at door: Door, _ proof: Proof, now: Milliseconds) {
        let name = door.identity.displayName
        let values = proof.values(at: door.identity)
        guard let command = start.command(for: values) else { return refuse(.commandTooLong, name, proof.address, now) }
        let lane = Lane(door: door.identity, holder: proof.holder)
        if let refusal = noPlaceForStart(in: lane) { return refuse(refusal, name, proof.address, now) }
        let job = Commands.Job(
            kind: .start, command: command, environment: environment(values), limit: door.startLimit, lane: lane,
            purpose: .once(door.identity))
        handle(runner.run(job, now: now), now: now)
    }

    /// Why no start command of a lane can be taken on now; nil if one can.
    func noPlaceForStart(in lane: Lane<DoorIdentity, Holder>) -> Event.Refusal? {
        runner.hasRoomForStart(in: lane) ? nil : .tooManyWaiting(runner.waitingStartCount(at: lane.door))
    }

    /// A holder has joined an opening whose command may still wait on account of another.
    func hurry(_ key: OpeningKey, for holder: Holder, now: Milliseconds) {
        let outcomes = runner.hurry(
            in: Lane(door: key.door, holder: holder), where: { $0.purpose == .opening(key) }, now: now)
        handle(outcomes, now: now)
    }

    private func refuse(_ refusal: Event.Refusal, _ door: String, _ source: IPAddress, _ now: Milliseconds) {
        journal.tellOfProof(.refused(refusal, door: door, source: source), now: now)
    }

    func begin(_ opening: Opening, now: Milliseconds) {
        if let refusal = noPlaceForStart(in: lane(of: opening)) ?? (record(opening) ? nil : .notRecorded) {
            forget(opening.key)
            refuse(refusal, opening.key.door.displayName, opening.key.address, now)
        } else {
            runStart(opening, now: now)
        }
    }

    private func startAgain(_ opening: Opening, now: Milliseconds) {
        if let refusal = noPlaceForStart(in: lane(of: opening)) ?? (record(opening) ? nil : .notRecorded) {
            openDoors.notStarted(opening.key)
            refuse(refusal, opening.key.door.displayName, opening.key.address, now)
        } else {
            runStart(opening, now: now)
        }
    }

    /// The variables that commands get, by which the next run of the daemon tells them from those of other daemons.
    func environment(_ values: CommandValues) -> [String] { values.environment + ["KNOCK_LEDGER=\(ledger.id)"] }

    /// Among whose commands those of an opening are: those of who began it, or has held it longest.
    private func lane(of opening: Opening) -> Lane<DoorIdentity, Holder> {
        Lane(door: opening.key.door, holder: opening.holds.first?.holder ?? .sequence)
    }

    func runStart(_ opening: Opening, now: Milliseconds) {
        let job = Commands.Job(
            kind: .start, command: opening.startCommand, environment: environment(opening.values),
            limit: opening.startLimit, lane: lane(of: opening), purpose: .opening(opening.key))
        handle(runner.run(job, now: now), now: now)
    }

    func runStop(_ opening: Opening, now: Milliseconds) {
        let job = Commands.Job(
            kind: .stop, command: opening.stopCommand, environment: environment(opening.values),
            limit: opening.stopLimit, lane: lane(of: opening), purpose: .opening(opening.key))
        handle(runner.run(job, now: now), now: now)
    }

    /// Runs the stop commands that could not be run before.
    func retryStops(_ now: Milliseconds) {
        let due = stopRetries.prefix { $0.at <= now }
        stopRetries.removeFirst(due.count)
        for retry in due {
            if let opening = openDoors[retry.key], opening.phase == .closing { runStop(opening, now: now) }
        }
    }

    /// What has become of commands, step by step.
    func handle(_ outcomes: [Commands.Outcome], now: Milliseconds) {
        for outcome in outcomes {
            switch outcome {
            case .running(let job, let process): running(job, process, now: now)
            case .waits(let job, let running):
                journal.tellOfProof(.commandWaits(running: running, door: name(of: job.purpose)), now: now)
            case .overLimit(let job):
                journal.tell(.commandOverLimit(seconds: Int((job.limit ?? 0) / 1000), door: name(of: job.purpose)))
            case .ended(let job, let ending, _):
                tell(ending, of: job.purpose)
                ended(job, succeeded: ending.isSuccess, now: now)
            case .failed(let job, let error):
                journal.tell(.commandNotRun(reason: error.description, door: name(of: job.purpose)))
                if job.kind == .stop, case .opening(let key) = job.purpose {
                    stopRetries.append((now + Self.stopRetryPause, key))
                } else {
                    ended(job, succeeded: false, now: now)
                }
            }
        }
    }

    private func running(_ job: Commands.Job, _ process: Int32, now: Milliseconds) {
        switch job.purpose {
        case .opening(let key):
            // First the record: a daemon that follows this one must know what still runs.
            if let opening = openDoors.running(key, ProcessMark(of: process)) { _ = record(opening) }
            journal.tell(.running(command: job.command, door: key.door.displayName))
        case .once(let door):
            journal.tellOfProof(.running(command: job.command, door: door.displayName), now: now)
        }
    }

    private func ended(_ job: Commands.Job, succeeded: Bool, now: Milliseconds) {
        guard case .opening(let key) = job.purpose else { return }
        switch job.kind {
        case .start:
            if let opening = openDoors.started(key, succeeded: succeeded, now: now) { _ = record(opening) }
        case .stop:
            let next = openDoors.stopped(key, now: now)
            if let next, leaving == nil {
                begin(next, now: now)
            } else {
                forget(key)
            }
        case .check: return
        }
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
