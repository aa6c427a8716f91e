package import Base
package import Packets

extension OpenDoors {
    /// Consequence of the end of a hold.
    package enum CloseOutcome: Equatable, Sendable {
        /// Others still hold the opening: record it.
        case held(Opening)
        /// No holder is left: run its stop command now.
        case stop(Opening)
        /// No holder is left, but its start command waits or runs: record that, and end it. Stop follows.
        case endStart(Opening)
        /// No holder is left, but other openings with the same commands need them in place: forget this one.
        case over(Opening)
        /// Its stop command waits or runs already. The holder's next opening is cancelled; nothing follows.
        case withdrawn

        /// Steps to perform.
        package var steps: [OpeningStep] {
            switch self {
            case .held(let opening): [.record(opening)]
            case .stop(let opening): [.stop(opening)]
            case .endStart(let opening): [.record(opening), .endStart(opening)]
            case .over(let opening): [.over(opening)]
            case .withdrawn: []
            }
        }
    }

    /// Ends what a holder holds at a door for an address. The result is empty if it holds nothing.
    package mutating func close(
        _ door: DoorIdentity, for address: IPAddress, by holder: Holder, now: Milliseconds
    ) -> [CloseOutcome] {
        openingsToClose(door, for: address, by: holder).compactMap { key in end(key, now: now) { $0.holder == holder } }
    }

    /// The keys of openings that a holder may hold at a door for an address.
    package func openingsToClose(_ door: DoorIdentity, for address: IPAddress, by holder: Holder) -> [OpeningKey] {
        let keys = [false, true].map { OpeningKey(door: door, address: address, of: holder, namesKey: $0) }
        let besides = besides.filter { $0.door == door && $0.address == address }
        return (keys[0] == keys[1] ? [keys[0]] : keys) + besides
    }

    /// Ends all holds for which `isOver` is true. The result has one outcome for each opening that lost a hold.
    package mutating func end(
        now: Milliseconds, holdsWhere isOver: (OpeningKey, Hold) -> Bool
    ) -> [CloseOutcome] {
        Array(openings.keys).compactMap { key in end(key, now: now) { isOver(key, $0) } }
    }

    /// Ends some holds of one opening. Nil if it has none of them.
    mutating func end(
        _ key: OpeningKey, now: Milliseconds, where isConcerned: (Hold) -> Bool
    ) -> CloseOutcome? {
        guard let opening = openings[key], let state = progress[key] else { return nil }
        if opening.phase == .closing || state.isCutOff { return endWhileClosing(opening, state, where: isConcerned) }
        let concerned = opening.holds.filter { !$0.isEnded && isConcerned($0) }
        guard !concerned.isEmpty else { return nil }
        guard opening.holds.allSatisfy({ $0.isEnded || isConcerned($0) }) else {
            return release(concerned, of: key).map(CloseOutcome.held)
        }
        // The last holders keep their places until stop has ended.
        if opening.phase == .starting, state.command != .startLater {
            progress[key]?.isCutOff = true
            return change(key) { $0.expire() }.map(CloseOutcome.endStart)
        }
        let sharers = activeSharers(of: opening)
        if !sharers.isEmpty, sharers.allSatisfy({ $0.startIdentity == opening.startIdentity }) {
            _ = finish(key, now: now)
            return .over(opening)
        }
        progress[key]?.mustStop = true
        return stop(key).map(CloseOutcome.stop)
    }

    private mutating func endWhileClosing(
        _ opening: Opening, _ state: OpeningProgress, where isConcerned: (Hold) -> Bool
    ) -> CloseOutcome? {
        let key = opening.key
        let concerned = successors[key]?.opening.holds.filter(isConcerned) ?? []
        for hold in concerned { releaseSuccessor(hold, of: key) }
        guard opening.holds.contains(where: isConcerned) else { return concerned.isEmpty ? nil : .withdrawn }
        // A close that cannot be recorded must not revive these holds.
        change(key) { $0.endHolds(where: isConcerned) }
        progress[key]?.retry.hurry()
        if state.command == .orphan { return .endStart(opening) }
        if opening.phase == .closing, state.waitsForRetry { return stop(key).map(CloseOutcome.stop) }
        return concerned.isEmpty ? nil : .withdrawn
    }

    /// Ends expired holds, and returns the steps for openings without holders: a stop command, or nothing where others
    /// share it.
    package mutating func due(at now: Milliseconds) -> [OpeningStep] {
        var due: [OpeningStep] = []
        while let entry = nextEndedHold(upTo: now) {
            guard let opening = openings[entry.opening], opening.phase == .open,
                let hold = opening.holds.first(where: { $0.holder == entry.holder && $0.generation == entry.generation }
                )
            else { continue }
            if hold.deadline > now {
                watch(opening)
            } else if opening.deadline > now {
                _ = release([hold], of: opening.key)
            } else if hasActiveSharer(opening), !(progress[opening.key]?.mustStop ?? false) {
                due += finish(opening.key, now: now)
            } else if let closing = stop(opening.key) {
                due.append(.stop(closing))
            }
        }
        return due
    }

    /// Makes all open openings due now.
    package mutating func makeAllDue(at now: Milliseconds) {
        for key in openings.keys where openings[key]?.phase == .open {
            let opening = change(key) {
                for index in $0.holds.indices { $0.holds[index].deadline = min($0.holds[index].deadline, now) }
            }
            if let opening { watch(opening) }
        }
    }
}
