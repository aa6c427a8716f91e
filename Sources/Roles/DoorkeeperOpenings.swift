import Actions
import Configuration
import Doors
import Events
import Knocks
import Ledger
import Linux
import Packets

/// What the Doorkeeper does with proofs, and with what follows from them. The order is always: record, run start, record
/// that it ended, run stop, record that it is closed.
extension Doorkeeper {
    /// Somebody has proven that this address may come in.
    func knocked(at door: Door, with sequence: KnockSequence, _ source: IPAddress, now: Milliseconds) {
        let name = door.identity.displayName
        // First of all: a line that has arrived may have been seen by others, whatever becomes of this knock.
        if let file = door.oneTimeFile {
            tellOfSequence(sequence, name, source, now: now)
            do {
                try spend(sequence, of: door, from: file)
            } catch {
                return refuse(.notSpent(reason: error.summary), name, source, now)
            }
        }
        if let rest = cooldowns.rest(of: door, source, now: now) {
            // A stream of datagrams may come; one line says it.
            if rest.isNews {
                journal.tellOfStranger(.inCooldown(seconds: rest.seconds, door: name, source: source), now: now)
            }
            return
        }
        if let excess = allowance.take(door.identity, from: source, now: now) {
            return refuse(excess.refusal, name, source, now)
        }
        if door.oneTimeFile == nil { tellOfSequence(sequence, name, source, now: now) }
        guard leaving == nil else { return }
        cooldowns.begin(at: door, source, now: now)
        guard let actions = door.actions(for: source) else { return }
        let proof = Proof(sequenceAt: door, address: source)
        guard actions.stop != nil else { return runOnce(actions.start, at: door, proof, now: now) }
        switch openDoors.knock(proof, at: door, actions, now: now) {
        case .begin(let opening): begin(opening, now: now)
        case .startAgain(let opening): startAgain(opening, now: now)
        case .extend(let opening):
            journal.tellOfProof(.extended(until: text(of: opening, now), door: name, source: source), now: now)
            _ = record(opening)
        case .check(let opening): perform([.record(opening), .check(opening)], now: now)
        case .stopFirst(let opening): stopFirst(opening, now: now)
        case .wait: hurry(door, source, for: proof.holder, now: now)
        case .full(let limit):
            cooldowns.forget(source, at: door.identity)
            refuse(.full(limit: limit), name, source, now)
        case .commandTooLong:
            cooldowns.forget(source, at: door.identity)
            refuse(.commandTooLong, name, source, now)
        }
    }

    /// What knockd logs of a completed sequence, before all that follows from it.
    private func tellOfSequence(_ sequence: KnockSequence, _ door: String, _ source: IPAddress, now: Milliseconds) {
        journal.tellOfProof(.stage(sequence.count, door: door, source: source), now: now)
        journal.tellOfProof(.openSesame(door: door, source: source), now: now)
    }

    /// A door without a stop command: its start command is run, and nothing follows.
    func runOnce(_ start: ActionTemplate, at door: Door, _ proof: Proof, now: Milliseconds) {
        let name = door.identity.displayName
        let values = proof.values(at: door.identity)
        func refuse(_ refusal: Event.Refusal) {
            if proof.holder == .sequence { cooldowns.forget(proof.address, at: door.identity) }
            self.refuse(refusal, name, proof.address, now)
        }
        guard let command = start.command(for: values) else { return refuse(.commandTooLong) }
        let lane = Lane(door: door.identity, holder: proof.holder)
        if let refusal = noPlaceForStart(in: lane) { return refuse(refusal) }
        let job = Commands.Job(
            kind: .start, command: command, environment: environment(values), limit: door.onceLimit, lane: lane,
            purpose: .once(door.identity))
        handle(runner.run(job, now: now), now: now)
    }

    /// Why no start command of a lane can be taken on now; nil if one can.
    func noPlaceForStart(in lane: Lane<DoorIdentity, Holder>) -> Event.Refusal? {
        runner.hasRoomForStart(in: lane) ? nil : .tooManyWaiting(runner.waitingStartCount(at: lane.door))
    }

    /// A holder has joined an opening whose command may still wait on account of another.
    func hurry(_ door: Door, _ address: IPAddress, for holder: Holder, now: Milliseconds) {
        let namesKey = door.actions(for: address)?.nameKey ?? false
        let key = OpeningKey(door: door.identity, address: address, of: holder, namesKey: namesKey)
        let outcomes = runner.hurry(
            in: Lane(door: key.door, holder: holder), where: { $0.purpose == .opening(key) }, now: now)
        handle(outcomes, now: now)
    }

    private func refuse(_ refusal: Event.Refusal, _ door: String, _ source: IPAddress, _ now: Milliseconds) {
        journal.tellOfProof(.refused(refusal, door: door, source: source), now: now)
    }

    /// What was not run is no reason to ignore the next sequence.
    private func refuse(_ refusal: Event.Refusal, _ opening: Opening, _ now: Milliseconds) {
        if opening.holds.contains(where: { $0.holder == .sequence }) {
            cooldowns.forget(opening.key.address, at: opening.key.door)
        }
        refuse(refusal, opening.key.door.displayName, opening.key.address, now)
    }

    /// Until when an opening lasts, for a line of the log: the time of day.
    func text(of opening: Opening, _ now: Milliseconds) -> String { timeOfDay(opening.deadline, now) }

    /// A moment on the since-boot clock, as the time of day.
    func timeOfDay(_ moment: Milliseconds, _ now: Milliseconds) -> String {
        let left = Int((max(moment, now) - now + 500) / 1000)
        return String(Clock.localSecond(Clock.wallSeconds() + left).suffix(8))
    }

    // MARK: Steps

    /// Does what has to be done for openings.
    func perform(_ steps: [OpeningStep], now: Milliseconds) {
        for step in steps {
            switch step {
            case .record(let opening): _ = record(opening)
            case .begin(let opening): begin(opening, now: now)
            case .start(let opening): start(opening, now: now)
            case .check(let opening): runCheck(opening, now: now)
            case .endStart(let opening): endStart(opening, now: now)
            case .stop(let opening): runStop(opening, now: now)
            case .over(let opening): _ = record(LedgerEntry(closing: [opening.key]))
            }
        }
    }

    /// A new opening. Where it takes another one's place on record, that one's stop command has been run.
    private func begin(_ opening: Opening, now: Milliseconds) {
        guard leaving == nil else { return giveUp(opening, now: now) }
        if let refusal = noPlaceForStart(in: lane(of: opening)) ?? (record(opening) ? nil : .notRecorded) {
            giveUp(opening, now: now)
            refuse(refusal, opening, now)
        } else {
            perform(openDoors.readyToStart(opening.key, now: now), now: now)
        }
    }

    /// It is not started. What another one has opened, for which it was to run stop, is closed now.
    private func giveUp(_ opening: Opening, now: Milliseconds) {
        if let steps = openDoors.giveUp(opening.key, now: now) {
            perform(steps, now: now)
        } else {
            forget(opening.key)
        }
    }

    private func startAgain(_ opening: Opening, now: Milliseconds) {
        if let refusal = noPlaceForStart(in: lane(of: opening)) ?? (record(opening) ? nil : .notRecorded) {
            openDoors.notStarted(opening.key)
            refuse(refusal, opening, now)
        } else {
            perform(openDoors.readyToStart(opening.key, now: now), now: now)
        }
    }

    /// It is on record, so what it opens will be closed.
    private func start(_ opening: Opening, now: Milliseconds) {
        if leaving != nil {
            perform(openDoors.started(opening.key, .cutOff, now: now), now: now)
        } else {
            runStart(opening, now: now)
        }
    }

    /// A knock has come for what cannot be trusted to be open: stop and start run again.
    func stopFirst(_ opening: Opening, now: Milliseconds) {
        journal.tellOfProof(
            .runsAgain(.anew, door: opening.key.door.displayName, source: opening.key.address), now: now)
        runStop(opening, now: now)
    }

    /// Ends the start command of an opening that is to be closed, wherever it is.
    private func endStart(_ opening: Opening, now: Milliseconds) {
        let isConcerned = { (job: Commands.Job) in job.kind == .start && job.purpose == .opening(opening.key) }
        if !runner.takeBack(where: isConcerned).isEmpty {
            perform(openDoors.takenBack(opening.key, now: now), now: now)
        } else if runner.end(where: isConcerned, now: now).isEmpty {
            hastenOrphan(opening.key, now: now)
        }
    }
}
