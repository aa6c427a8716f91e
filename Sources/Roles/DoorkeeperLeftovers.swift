import Actions
import Configuration
import Doors
import Events
import Linux

/// What the Doorkeeper does with what an earlier run has left: openings to be closed, and commands that still run.
extension Doorkeeper {
    /// From the start of a process to its being the command.
    private static let beginning: Milliseconds = 250

    /// Takes up what an earlier run left open: what is overdue is closed now, the rest at its time.
    func closeLeftovers(_ openings: [Opening], now: Milliseconds) {
        let doors = Set(configuration.doors.map(\.identity))
        let commands = commandsWithoutRecord(of: openings)
        for var opening in openings {
            opening.process = opening.process ?? commands[opening.key]
            if !doors.contains(opening.key.door) { opening.expire() }
            if opening.deadline <= now {
                journal.tell(.closingLeftover(door: opening.key.door.displayName, source: opening.key.address))
            }
            if let process = opening.process, process.isAlive {
                openDoors.restoreClosing(opening)
                let limit = opening.phase == .closing ? opening.stopLimit : opening.startLimit
                orphans.append(Orphan(opening: opening, deadline: limit.map { now + $0 }))
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
                let variables = environment(opening.values)
                found[opening.key] = commands.first { $0.has(variables) }?.mark
            }
        }
        return found
    }

    /// Looks after commands that an earlier run of the daemon began: stop must not overtake start, nor itself.
    func lookAfterOrphans(_ now: Milliseconds) {
        let known = orphans
        orphans = []
        for var orphan in known {
            guard let process = orphan.opening.process, process.isAlive else {
                orphanEnded(orphan.opening, now: now)
                continue
            }
            if let moment = orphan.deadline, moment <= now {
                let limit = orphan.opening.phase == .closing ? orphan.opening.stopLimit : orphan.opening.startLimit
                if !orphan.wasAsked {
                    let name = orphan.opening.key.door.displayName
                    journal.tell(.commandOverLimit(seconds: Int((limit ?? 0) / 1000), door: name))
                }
                ChildProcess.end(group: process.id, atOnce: orphan.wasAsked)
                orphan.deadline = orphan.wasAsked ? nil : now + Commands.grace
                orphan.wasAsked = true
            }
            orphans.append(orphan)
        }
    }

    private func orphanEnded(_ opening: Opening, now: Milliseconds) {
        if opening.phase != .closing {
            runStop(opening, now: now)
        } else if let next = openDoors.stopped(opening.key, now: now), leaving == nil {
            begin(next, now: now)
        } else {
            forget(opening.key)
        }
    }
}

extension Opening {
    /// Whether its start or stop command was begun by an earlier run, and is not known to have ended.
    fileprivate var isUnderWay: Bool { deadline == 0 || phase == .closing }
}
