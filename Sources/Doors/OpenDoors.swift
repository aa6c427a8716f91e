package import Linux

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

    var openings: [OpeningKey: Opening] = [:]
    /// Openings that begin when the one that is closing has closed.
    var successors: [OpeningKey: Opening] = [:]
    /// Who has which places for these: each holder of an opening or its successor one.
    var places = PlaceBook()
    /// The holds of what is open.
    private(set) var deadlines = HoldDeadlines()

    /// How many keys there are, for the shares of doors that take all of them.
    package var keyCount = 0

    package init() {}

    /// All openings, in no order.
    package var all: [Opening] { Array(openings.values) }

    /// Whether anything is open, or opening, or closing.
    package var isEmpty: Bool { openings.isEmpty }

    /// The opening with this key.
    package subscript(key: OpeningKey) -> Opening? { openings[key] }

    /// A proof was given at a door that has a stop command. What it costs does not grow with the number of openings.
    package mutating func knock(
        _ proof: Proof, at door: Door, start: ActionTemplate, stop: ActionTemplate, now: Milliseconds
    ) -> KnockOutcome {
        let values = proof.values(at: door.identity)
        guard let startCommand = start.command(for: values), let stopCommand = stop.command(for: values) else {
            return .commandTooLong
        }
        let key = OpeningKey(door: door.identity, address: proof.address)
        guard takePlace(proof.holder, in: key, at: door) else { return .full(limit: door.maxOpenings) }
        let fresh = Opening(
            key: key, values: values, startCommand: startCommand, stopCommand: stopCommand,
            startLimit: door.startLimit, stopLimit: door.stopLimit, phase: .starting,
            holds: [proof.hold(from: now, awaitsStart: true)])
        guard let opening = openings[key] else {
            openings[key] = fresh
            return .begin(fresh)
        }
        switch opening.phase {
        case .starting:
            _ = change(opening) { $0.join(proof.hold(from: now, awaitsStart: true)) }
            return .wait
        case .closing:
            successors[key] = follow(successors[key]?.holds ?? [], with: fresh)
            return .wait
        case .open where door.reknock == .rerun:
            successors[key] = follow(opening.holds.filter { $0.lasts(at: now) }, with: fresh)
            return .stopFirst(change(opening) { $0.phase = .closing })
        case .open where opening.startFailed:
            return .startAgain(again(opening, proof, start: start, limit: door.startLimit, now: now))
        case .open:
            let extended = change(opening) { $0.join(proof.hold(from: now, awaitsStart: false)) }
            watch(extended)
            return .extend(extended)
        }
    }

    /// The next opening, for whoever else holds the former one too.
    private func follow(_ holds: [Hold], with fresh: Opening) -> Opening {
        var next = fresh
        next.holds = holds
        fresh.holds.forEach { next.join($0) }
        return next
    }

    /// The configuration may have been mended since; what closes it stays as it was recorded.
    private mutating func again(
        _ opening: Opening, _ proof: Proof, start: ActionTemplate, limit: Milliseconds?, now: Milliseconds
    ) -> Opening {
        var hold = proof.hold(from: now, awaitsStart: true)
        // It counts if start is run, and not otherwise.
        hold.deadline = now
        return change(opening) {
            $0.phase = .starting
            $0.join(hold)
            // For whom it was begun, so that start and stop fit together.
            $0.startCommand = start.command(for: $0.values) ?? $0.startCommand
            $0.startLimit = limit
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
        watch(
            change(starting) {
                $0.phase = .open
                for place in $0.holds.indices { $0.holds[place].awaitsStart = false }
            })
    }

    /// The start command has ended: from now on the opening lasts its time. Nil if there is no such opening.
    package mutating func started(_ key: OpeningKey, succeeded: Bool, now: Milliseconds) -> Opening? {
        guard let starting = openings[key], starting.phase == .starting else { return nil }
        let opening = change(starting) {
            $0.phase = .open
            $0.process = nil
            $0.startFailed = !succeeded
            for place in $0.holds.indices { $0.holds[place].begin(at: now) }
        }
        watch(opening)
        return opening
    }

    /// An opening of an earlier run of the daemon, whose start command has ended. It is open until its deadline.
    package mutating func restore(_ opening: Opening) {
        var opening = opening
        opening.phase = .open
        for place in opening.holds.indices { opening.holds[place].awaitsStart = false }
        insert(opening)
        watch(opening)
    }

    /// An opening of an earlier run of the daemon, one of whose commands still runs: it is closing.
    package mutating func restoreClosing(_ opening: Opening) {
        var opening = opening
        opening.phase = .closing
        insert(opening)
    }

    /// When the next hold ends; it may come too early, never too late.
    package var nextDeadline: Milliseconds? { deadlines.first }

    /// Ends the holds whose time is up, and returns the openings that nobody holds any more: run their stop commands.
    /// They are closing from now on.
    package mutating func due(at now: Milliseconds) -> [Opening] {
        var due: [Opening] = []
        while let entry = deadlines.popFirst(upTo: now) {
            guard let opening = openings[entry.opening], opening.phase == .open,
                let hold = opening.holds.first(where: { $0.holder == entry.holder })
            else { continue }
            if hold.deadline > now {
                deadlines.insert(hold, of: opening.key)
            } else if opening.deadline > now {
                _ = release(entry.holder, of: opening)
            } else {
                due.append(change(opening) { $0.phase = .closing })
            }
        }
        return due
    }

    /// Makes all that is open due at once.
    package mutating func makeAllDue(at now: Milliseconds) {
        for opening in openings.values where opening.phase == .open {
            watch(
                change(opening) {
                    for place in $0.holds.indices { $0.holds[place].deadline = min($0.holds[place].deadline, now) }
                })
        }
    }

    /// The stop command has ended: the opening is over. Returns the next one, if a knock has asked for it meanwhile:
    /// record it, then run its start command.
    package mutating func stopped(_ key: OpeningKey, now: Milliseconds) -> Opening? {
        guard let closing = openings[key], closing.phase == .closing else { return nil }
        let former = holders(of: key)
        openings[key] = nil
        var next = successors.removeValue(forKey: key)
        // The time of those who held the former one goes on while it closes.
        next?.holds.removeAll { !$0.lasts(at: now) }
        for holder in former where !(next?.isHeld(by: holder) ?? false) { places.release(holder, at: key.door) }
        guard var next, !next.holds.isEmpty else { return nil }
        for place in next.holds.indices { next.holds[place].restart(at: now) }
        openings[key] = next
        return next
    }

    /// Forgets an opening whose start command was never run, or never will be.
    package mutating func abandon(_ key: OpeningKey) {
        for holder in holders(of: key) { places.release(holder, at: key.door) }
        openings[key] = nil
        successors[key] = nil
    }

    // MARK: Changes

    private mutating func insert(_ opening: Opening) {
        if openings[opening.key] != nil { abandon(opening.key) }
        openings[opening.key] = opening
        for hold in opening.holds { places.take(hold.holder, at: opening.key.door) }
    }

    /// Looks after the ends of an open opening's holds.
    mutating func watch(_ opening: Opening) {
        for hold in opening.holds { deadlines.insert(hold, of: opening.key) }
        // Holds that ended early have left entries behind.
        if deadlines.count > 2 * places.taken + 64 { watchAnew() }
    }

    private mutating func watchAnew() {
        deadlines = HoldDeadlines()
        for opening in openings.values where opening.phase == .open {
            for hold in opening.holds { deadlines.insert(hold, of: opening.key) }
        }
    }

    mutating func change(_ opening: Opening, _ body: (inout Opening) -> Void) -> Opening {
        var changed = opening
        body(&changed)
        openings[changed.key] = changed
        return changed
    }
}
