import Actions
import Configuration
import Doors
import Events
import Ledger
import Linux

/// What the Doorkeeper does with what an earlier run has left: openings to be closed, and commands that still run.
extension Doorkeeper {
    /// From the start of a process to its being the command.
    private static let beginning: Milliseconds = 250

    /// Takes up what an earlier run left open: what is overdue is closed now, the rest at its time.
    func closeLeftovers(_ openings: [Opening], now: Milliseconds) {
        let commands = commandsWithoutRecord(of: openings)
        for var opening in openings {
            opening.process = opening.process ?? commands[opening.key]
            let key = opening.key
            opening.endHolds { !grants($0, of: key) }
            if opening.deadline <= now {
                journal.tell(.closingLeftover(door: opening.key.door.displayName, source: opening.key.address))
            }
            if let process = opening.process, process.isAlive {
                openDoors.restoreClosing(opening)
                orphans.append(Orphan(opening: opening, deadline: process.beganAt + opening.runningLimit))
            } else {
                openDoors.restore(opening)
            }
        }
    }

    /// The processes of commands that a daemon has begun and, since it was killed, not recorded: found by the variables
    /// that they were given.
    private func commandsWithoutRecord(of openings: [Opening]) -> [OpeningKey: ProcessMark] {
        var found: [OpeningKey: ProcessMark] = [:]
        for isFirst in [true, false] {
            let missing = openings.filter { $0.isUnderWay && $0.process == nil && found[$0.key] == nil }
            if missing.isEmpty { break }
            // One that began just before the daemon's end has its variables in a moment.
            if !isFirst { Clock.pause(Self.beginning) }
            let commands = Capabilities.use { LeadingProcess.all() }
            for opening in missing {
                for id in [ledger.id] + ledger.formerIDs where found[opening.key] == nil {
                    let variables = environment(opening.values, ledgerID: id)
                    found[opening.key] = commands.first { $0.has(variables) }?.mark
                }
            }
        }
        return found
    }

    /// Ends commands that an earlier run of the daemon began at their limits: stop must not overtake start, nor itself.
    func lookAfterOrphans(_ now: Milliseconds) {
        let known = orphans
        orphans = []
        for var orphan in known {
            guard let process = orphan.opening.process, process.isAlive else {
                perform(openDoors.orphanEnded(orphan.opening.key), now: now)
                continue
            }
            if let moment = orphan.deadline, moment <= now {
                if !orphan.wasAsked {
                    let name = orphan.opening.key.door.displayName
                    journal.tell(.commandOverLimit(seconds: Int(orphan.opening.runningLimit / 1000), door: name))
                }
                ChildProcess.end(group: process.id, atOnce: orphan.wasAsked)
                orphan.deadline = orphan.wasAsked ? nil : now + Commands.grace
                orphan.wasAsked = true
            }
            orphans.append(orphan)
        }
    }

    /// Ends the start command of an opening that an earlier run has begun: nobody holds the opening any more.
    func hastenOrphan(_ key: OpeningKey, now: Milliseconds) {
        for index in orphans.indices
        where orphans[index].opening.key == key && orphans[index].opening.phase != .closing && !orphans[index].wasAsked
        {
            orphans[index].deadline = now
        }
    }

    // MARK: What the configuration grants

    /// Whether a hold would be granted by the configuration as it is: its door is there, and lets its holder in.
    func grants(_ hold: Hold, of key: OpeningKey) -> Bool {
        guard let door = configuration.doors.first(where: { $0.identity == key.door }) else {
            return configuration.options.reloadKeeps
        }
        if door.reloadKeeps { return true }
        guard door.actions(for: key.address)?.stop != nil else { return false }
        return switch hold.holder {
        case .sequence: door.sequence != nil || door.oneTimeFile != nil
        case .key(let name): door.signed?.lists(name) ?? false
        }
    }

    /// The configuration was read anew: ends the holds that it would not grant, and runs stop commands that it has mended.
    func applyToOpenings(now: Milliseconds) {
        let outcomes = openDoors.end(now: now) { key, hold in !grants(hold, of: key) }
        if !outcomes.isEmpty { journal.tell(.holdsNotGranted(outcomes.count)) }
        perform(outcomes.flatMap(\.steps), now: now)
        perform(openDoors.mend(commandsAsConfigured), now: now)
    }

    /// What the door of an opening runs now for the knock that began it; nil if there is no such door.
    func commandsAsConfigured(_ opening: Opening) -> OpeningCommands? {
        guard let door = configuration.doors.first(where: { $0.identity == opening.key.door }),
            let actions = door.actions(for: opening.key.address)
        else { return nil }
        return OpeningCommands(of: door, actions, for: opening.values)
    }
}

extension Opening {
    /// Whether its start or stop command was begun by an earlier run, and is not known to have ended.
    fileprivate var isUnderWay: Bool { deadline == 0 || phase == .closing }

    /// How long the command may run that runs.
    fileprivate var runningLimit: Milliseconds { phase == .closing ? commands.stopLimit : startBound }
}
