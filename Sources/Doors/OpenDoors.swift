package import Linux
package import Packets

/// All openings and what may happen to each: who knocks when, what is run next, what is due. It runs nothing itself.
package struct OpenDoors {
    /// What a knock that the door accepts leads to.
    package enum KnockOutcome: Equatable, Sendable {
        /// A new opening: record it, then run its start command.
        case begin(Opening)
        /// It is open and stays so until the later deadline: record that.
        case extend(Opening)
        /// It is open but its start command had failed: run it once more.
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

    private var openings: [OpeningKey: Opening] = [:]
    /// An entry for each opening that is open, never later than its deadline.
    private var deadlines = DeadlineQueue<OpeningKey>()
    /// What has an entry there, so that none gets a second one.
    private var queued: Set<OpeningKey> = []
    /// Openings that begin when the one that is closing has closed.
    private var successors: [OpeningKey: Opening] = [:]
    private var counts: [DoorIdentity: Int] = [:]

    package init() {}

    /// All openings, in no order.
    package var all: [Opening] { Array(openings.values) }

    /// Whether anything is open, or opening, or closing.
    package var isEmpty: Bool { openings.isEmpty }

    /// The opening with this key.
    package subscript(key: OpeningKey) -> Opening? { openings[key] }

    /// A proof was given for an address at a door that has a stop command.
    package mutating func knock(
        at door: Door, start: ActionTemplate, stop: ActionTemplate, for address: IPAddress, now: Milliseconds
    ) -> KnockOutcome {
        guard let startCommand = start.command(for: address), let stopCommand = stop.command(for: address) else {
            return .commandTooLong
        }
        let key = OpeningKey(door: door.identity, address: address)
        let fresh = Opening(
            key: key, startCommand: startCommand, stopCommand: stopCommand, startLimit: door.startLimit,
            stopLimit: door.stopLimit, openFor: door.openFor, phase: .starting, deadline: now + door.openFor)
        guard let opening = openings[key] else {
            if counts[door.identity, default: 0] >= door.maxOpenings { return .full(limit: door.maxOpenings) }
            insert(fresh)
            return .begin(fresh)
        }
        switch opening.phase {
        case .starting:
            return .wait
        case .closing:
            successors[key] = fresh
            return .wait
        case .open where door.reknock == .rerun:
            successors[key] = fresh
            return .stopFirst(change(opening) { $0.phase = .closing })
        case .open where opening.startFailed:
            // The configuration may have been mended since; what closes it stays as it was recorded.
            return .startAgain(
                change(opening) {
                    $0.phase = .starting
                    $0.startCommand = fresh.startCommand
                    $0.startLimit = fresh.startLimit
                })
        case .open:
            return .extend(change(opening) { $0.deadline = max($0.deadline, now + door.openFor) })
        }
    }

    /// Its start or stop command runs now. Nil if there is no such opening.
    package mutating func running(_ key: OpeningKey, _ process: ProcessMark?) -> Opening? {
        guard let opening = openings[key], opening.phase != .open else { return nil }
        return change(opening) { $0.process = process }
    }

    /// The start command will not be run again after all: the opening is as it was, open until its deadline.
    package mutating func notStarted(_ key: OpeningKey) {
        guard let starting = openings[key], starting.phase == .starting else { return }
        enqueue(change(starting) { $0.phase = .open })
    }

    /// The start command has ended: from now on the opening lasts its time. Nil if there is no such opening.
    package mutating func started(_ key: OpeningKey, succeeded: Bool, now: Milliseconds) -> Opening? {
        guard let starting = openings[key], starting.phase == .starting else { return nil }
        let opening = change(starting) {
            $0.phase = .open
            $0.process = nil
            $0.startFailed = !succeeded
            $0.deadline = now + $0.openFor
        }
        enqueue(opening)
        return opening
    }

    /// An opening of an earlier run of the daemon, whose start command has ended. It is open until its deadline.
    package mutating func restore(_ opening: Opening) {
        var opening = opening
        opening.phase = .open
        insert(opening)
        enqueue(opening)
    }

    /// An opening of an earlier run of the daemon, one of whose commands still runs: it is closing.
    package mutating func restoreClosing(_ opening: Opening) {
        var opening = opening
        opening.phase = .closing
        insert(opening)
    }

    /// When the next opening is due; it may come too early, never too late.
    package var nextDeadline: Milliseconds? { deadlines.first }

    /// The openings whose time is up: run their stop commands. They are closing from now on.
    package mutating func due(at now: Milliseconds) -> [Opening] {
        var due: [Opening] = []
        while let key = deadlines.popFirst(upTo: now) {
            queued.remove(key)
            guard let opening = openings[key], opening.phase == .open else { continue }
            if opening.deadline > now {
                enqueue(opening)
            } else {
                due.append(change(opening) { $0.phase = .closing })
            }
        }
        return due
    }

    /// Makes all that is open due at once.
    package mutating func makeAllDue(at now: Milliseconds) {
        for (key, opening) in openings where opening.phase == .open && opening.deadline > now {
            _ = change(opening) { $0.deadline = now }
            deadlines.insert(key, deadline: now)
        }
    }

    /// The stop command has ended: the opening is over. Returns the next one, if a knock has asked for it meanwhile:
    /// record it, then run its start command.
    package mutating func stopped(_ key: OpeningKey, now: Milliseconds) -> Opening? {
        guard openings[key]?.phase == .closing else { return nil }
        remove(key)
        guard var next = successors.removeValue(forKey: key) else { return nil }
        next.deadline = now + next.openFor
        insert(next)
        return next
    }

    /// Forgets an opening whose start command was never run, or never will be.
    package mutating func abandon(_ key: OpeningKey) {
        successors[key] = nil
        remove(key)
    }

    private mutating func enqueue(_ opening: Opening) {
        if queued.insert(opening.key).inserted { deadlines.insert(opening.key, deadline: opening.deadline) }
    }

    private mutating func insert(_ opening: Opening) {
        if openings.updateValue(opening, forKey: opening.key) == nil { counts[opening.key.door, default: 0] += 1 }
    }

    private mutating func remove(_ key: OpeningKey) {
        guard openings.removeValue(forKey: key) != nil else { return }
        counts[key.door] = counts[key.door, default: 1] == 1 ? nil : counts[key.door, default: 1] - 1
    }

    private mutating func change(_ opening: Opening, _ body: (inout Opening) -> Void) -> Opening {
        var changed = opening
        body(&changed)
        openings[changed.key] = changed
        return changed
    }
}
