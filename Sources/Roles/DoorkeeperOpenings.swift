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
    /// Start commands that may wait for a place; the network could ask for any number.
    private static let mostWaitingStarts = 1024

    /// Somebody has proven that this address may come in.
    func knocked(at door: Door, _ source: IPAddress, mayBeLoopback: Bool, now: Milliseconds) {
        let name = door.identity.displayName
        journal.tellOfStranger(.stage(door.sequence.sequence.count, door: name, source: source), now: now)
        guard source.canBePeer(onLoopback: mayBeLoopback) else { return refuse(.noPeer, name, source, now) }
        journal.tellOfStranger(.openSesame(door: name, source: source), now: now)
        guard leaving == nil, let actions = door.actions(for: source) else { return }
        if runner.waitingStartCount >= Self.mostWaitingStarts {
            return refuse(.tooManyWaiting(Self.mostWaitingStarts), name, source, now)
        }
        guard let stop = actions.stop else {
            guard let command = actions.start.command(for: source) else {
                return refuse(.commandTooLong, name, source, now)
            }
            let job = CommandRunner<ShellStarter, Purpose>.Job(
                kind: .start, command: command, limit: door.startLimit, purpose: .once(door.identity))
            return handle(runner.run(job, now: now), now: now)
        }
        switch openDoors.knock(at: door, start: actions.start, stop: stop, for: source, now: now) {
        case .begin(let opening): begin(opening, now: now)
        case .startAgain(let opening):
            if record(opening) { runStart(opening, now: now) }
        case .extend(let opening):
            journal.tellOfStranger(.extended(door: name, source: source), now: now)
            _ = record(opening)
        case .stopFirst(let opening): runStop(opening, now: now)
        case .wait: return
        case .full(let limit): refuse(.full(limit: limit), name, source, now)
        case .commandTooLong: refuse(.commandTooLong, name, source, now)
        }
    }

    private func refuse(_ refusal: Event.Refusal, _ door: String, _ source: IPAddress, _ now: Milliseconds) {
        journal.tellOfStranger(.refused(refusal, door: door, source: source), now: now)
    }

    private func begin(_ opening: Opening, now: Milliseconds) {
        if record(opening) {
            runStart(opening, now: now)
        } else {
            openDoors.abandon(opening.key)
            refuse(.notRecorded, opening.key.door.displayName, opening.key.address, now)
        }
    }

    private func runStart(_ opening: Opening, now: Milliseconds) {
        let job = CommandRunner<ShellStarter, Purpose>.Job(
            kind: .start, command: opening.startCommand, limit: opening.startLimit, purpose: .opening(opening.key))
        handle(runner.run(job, now: now), now: now)
    }

    func runStop(_ opening: Opening, now: Milliseconds) {
        let job = CommandRunner<ShellStarter, Purpose>.Job(
            kind: .stop, command: opening.stopCommand, limit: opening.stopLimit, purpose: .opening(opening.key))
        handle(runner.run(job, now: now), now: now)
    }

    /// What has become of commands, step by step.
    func handle(_ outcomes: [CommandRunner<ShellStarter, Purpose>.Outcome], now: Milliseconds) {
        for outcome in outcomes {
            switch outcome {
            case .running(let job, let process):
                journal.tell(.running(command: job.command, door: name(of: job.purpose)))
                if case .opening(let key) = job.purpose, job.kind == .start,
                    let opening = openDoors.running(key, ProcessMark(of: process))
                {
                    _ = record(opening)
                }
            case .waits(let job, let running):
                journal.tellOfStranger(.commandWaits(running: running, door: name(of: job.purpose)), now: now)
            case .overLimit(let job):
                journal.tell(.commandOverLimit(seconds: Int((job.limit ?? 0) / 1000), door: name(of: job.purpose)))
            case .ended(let job, let ending):
                tell(ending, of: job.purpose)
                ended(job, succeeded: ending.isSuccess, now: now)
            case .failed(let job, let error):
                journal.tell(.commandNotRun(reason: error.description, door: name(of: job.purpose)))
                ended(job, succeeded: false, now: now)
            case .willRetry(let job, let error):
                journal.tell(.commandNotRun(reason: error.description, door: name(of: job.purpose)))
            }
        }
    }

    private func ended(_ job: CommandRunner<ShellStarter, Purpose>.Job, succeeded: Bool, now: Milliseconds) {
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
        }
    }

    /// Takes up what an earlier run left open: what is overdue is closed now, the rest at its time.
    func closeLeftovers(_ openings: [Opening], now: Milliseconds) {
        let doors = Set(configuration.doors.map(\.identity))
        for var opening in openings {
            if !doors.contains(opening.key.door) { opening.deadline = 0 }
            if opening.deadline <= now {
                journal.tell(.closingLeftover(door: opening.key.door.displayName, source: opening.key.address))
            }
            if let process = opening.startProcess, process.isAlive {
                openDoors.restoreClosing(opening)
                orphans.append(Orphan(opening: opening, killAt: opening.startLimit.map { now + $0 }))
            } else {
                openDoors.restore(opening)
            }
        }
    }

    /// Looks after start commands that an earlier run of the daemon began: stop must not overtake them.
    func lookAfterOrphans(_ now: Milliseconds) {
        let known = orphans
        orphans = []
        for orphan in known {
            guard let process = orphan.opening.startProcess, process.isAlive else {
                runStop(orphan.opening, now: now)
                continue
            }
            if let moment = orphan.killAt, moment <= now { ChildProcess.end(group: process.id, atOnce: true) }
            orphans.append(orphan)
        }
    }

    /// The opening is over, or never was.
    func forget(_ key: OpeningKey) {
        openDoors.abandon(key)
        _ = ledger.close(key) { openDoors.all }
        tellOfLedger()
    }

    private func record(_ opening: Opening) -> Bool {
        defer { tellOfLedger() }
        return ledger.record(opening) { openDoors.all }
    }

    func tellOfLedger() {
        for change in ledger.takeChanges() {
            switch change {
            case .movedToFallback(let file, let reason, let fallback):
                journal.tell(.ledgerFailed(file: file, reason: reason, fallback: fallback))
            case .movedBack(let file): journal.tell(.ledgerBack(file: file))
            case .lost(let reason): journal.tell(.ledgerLost(reason: reason))
            case .damaged(let file, let movedTo): journal.tell(.ledgerDamaged(file: file, movedTo: movedTo))
            }
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
