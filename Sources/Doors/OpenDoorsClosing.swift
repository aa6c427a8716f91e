extension OpenDoors {
    /// What the end of a hold leads to.
    package enum CloseOutcome: Equatable, Sendable {
        /// There was none: nothing follows.
        case noHold
        /// Others still hold the opening: record that.
        case held(Opening)
        /// Nobody does: run its stop command now.
        case stop(Opening)
        /// Nobody does, but its start command is on its way: it is due as soon as that has ended. Record that.
        case afterStart(Opening)
        /// Its stop command is on its way already; what the holder wanted after that is off. Nothing follows.
        case withdrawn
    }

    /// A holder gives up what he holds.
    package mutating func close(_ key: OpeningKey, by holder: Holder) -> CloseOutcome {
        end(key) { $0.holder == holder }.last ?? .noHold
    }

    /// Ends all holds that count no more. What becomes of each opening is in the result once; those of which nothing was
    /// ended are not in it.
    package mutating func end(holdsWhere isOver: (Hold) -> Bool) -> [CloseOutcome] {
        Array(openings.keys).compactMap { key in end(key, where: isOver).last }
    }

    /// Ends some holds of one opening, one after the other.
    private mutating func end(_ key: OpeningKey, where isConcerned: (Hold) -> Bool) -> [CloseOutcome] {
        guard let opening = openings[key] else { return [] }
        if opening.phase == .closing {
            let concerned = successors[key]?.holds.filter(isConcerned) ?? []
            for hold in concerned { releaseSuccessor(hold.holder, of: key) }
            return concerned.map { _ in .withdrawn }
        }
        return opening.holds.filter { !$0.isEnded && isConcerned($0) }.map { end($0.holder, of: key) }
    }

    private mutating func end(_ holder: Holder, of key: OpeningKey) -> CloseOutcome {
        guard let opening = openings[key] else { return .noHold }
        if opening.holds.contains(where: { $0.holder != holder && !$0.isEnded }) {
            return .held(release(holder, of: opening))
        }
        // Whoever goes last keeps the place until stop has ended.
        if opening.phase == .open { return .stop(change(opening) { $0.phase = .closing }) }
        return .afterStart(
            change(opening) {
                for place in $0.holds.indices { $0.holds[place].end() }
            })
    }
}
