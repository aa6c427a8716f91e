package import Base
import Hints
package import Keys

/// Spent knocks and floors: all of "Replay state" in docs/PROTOCOL.md, in memory.
///
/// The ledger holds the same durably. Record what a call returns before anything acts on it. At the start, give back
/// the ledger's content with `restore`, then call `stateIsLost` if it is lost, then `setGenerations`. Times are
/// milliseconds: `now` since 1970, `monotonic` on a clock that is never set.
package struct ReplayCache {
    /// A generation and its floor, for the ledger.
    package typealias Floor = (generation: GenerationID, floor: UInt64)

    /// The time window, which decides what may be forgotten and the floors of lost state. A configuration may change
    /// it.
    package var window: TimeWindow
    private let reserved: Int
    private let extraPlaces: Int
    private var states: [GenerationID: GenerationReplay] = [:]
    private var extraCount = 0
    /// When the state was lost, on the monotonic clock.
    private var lostSince: Milliseconds?
    /// The generations of `states`; room is looked for among them in turn.
    private var order: [GenerationID] = []
    private var cursor = 0
    /// Before this time no generation has anything to forget.
    private var fruitlessUntil: UInt64 = 0

    /// - Parameters:
    ///   - reserved: the places of each generation for itself.
    ///   - extraPlaces: the further places that all generations share.
    package init(
        window: TimeWindow, reserved: Int = SignedKnocksLimits.spentOfGeneration,
        extraPlaces: Int = SignedKnocksLimits.spentInAll
    ) {
        self.window = window
        self.reserved = reserved
        self.extraPlaces = extraPlaces
    }

    // MARK: From the ledger and to it

    /// Restores a spent knock.
    package mutating func restore(_ knock: SpentKnock) {
        change(knock.generation) { $0.insert(knock) }
    }

    /// Restores a floor.
    package mutating func restore(floor: UInt64, of generation: GenerationID) {
        change(generation) { $0.raiseFloor(to: floor) }
    }

    /// All kept knocks, for a new ledger.
    package var spentKnocks: [SpentKnock] { order.flatMap { states[$0]?.knocks ?? [] } }

    /// All floors, for a new ledger.
    package var floors: [Floor] { order.compactMap { id in ledgerFloor(of: id).map { (id, $0) } } }

    /// The timestamp above which knocks of a generation are valid; nil if nothing is known of it.
    package func floor(of generation: GenerationID) -> UInt64? { states[generation]?.floor }

    /// The floor in the ledger, which also stands for the refused knocks that are kept one by one here.
    package func ledgerFloor(of generation: GenerationID) -> UInt64? { states[generation]?.ledgerFloor }

    /// The number of kept knocks.
    package var count: Int { states.values.reduce(0) { $0 + $1.count } }

    // MARK: Lost state, other keys, another time

    /// Marks all state as lost: every floor becomes the end of the window. Knocks with timestamps up to there are
    /// refused, since they may have been spent.
    ///
    /// - Returns: the new floors, to be recorded.
    package mutating func stateIsLost(now: UInt64, monotonic: Milliseconds) -> [Floor] {
        lostSince = monotonic
        for id in order { states[id]?.lose(until: window.end(at: now), since: monotonic) }
        return floors
    }

    /// Sets which generations are valid.
    ///
    /// The state of generations that have left is kept, since they may come back. Beyond 1,024 of them it drops those
    /// whose whole state lies before the window, the oldest first.
    ///
    /// - Returns: new floors, to be recorded, and the generations whose state was dropped.
    package mutating func setGenerations(
        _ generations: [GenerationID], now: UInt64, monotonic: Milliseconds
    ) -> (floors: [Floor], gone: [GenerationID]) {
        let (end, isFresh) = (window.end(at: now), isFreshLoss(at: monotonic))
        let recentLoss = lostSince.flatMap { isFresh($0) ? $0 : nil }
        for id in order { states[id]?.isPresent = false }
        var floors: [Floor] = []
        for id in generations {
            change(id) { state in
                state.isPresent = true
                guard state.floor == nil else { return }
                if let recentLoss { state.lose(until: end, since: recentLoss) } else { state.raiseFloor(to: now) }
                state.ledgerFloor.map { floors.append((id, $0)) }
            }
        }
        return (floors, dropGone(now: now))
    }

    /// Sets the floors of lost state again. Call it whenever the wall clock was set.
    ///
    /// - Returns: the new floors, to be recorded; they may be lower than before.
    package mutating func clockWasSet(now: UInt64, monotonic: Milliseconds) -> [Floor] {
        let (end, isFresh) = (window.end(at: now), isFreshLoss(at: monotonic))
        return order.compactMap { id in
            states[id]?.follow(until: end, isFresh: isFresh) == true ? ledgerFloor(of: id).map { (id, $0) } : nil
        }
    }

    // MARK: Spending

    /// Steps 7 to 9: spends a knock that has passed all steps before, unless it must be refused.
    ///
    /// A knock returned as spent, or as over a rate, stays so, whether or not it reaches the disk.
    ///
    /// - Parameters:
    ///   - siblings: all generations of the knock's key, with or without its own.
    ///   - excess: takes the knock from the rate's allowance, and returns the rate that it exceeds, if any. It is
    ///     called at most once, and only for a knock that no other check refuses.
    package mutating func spend(
        _ knock: SpentKnock, siblings: [GenerationID], now: UInt64, monotonic: Milliseconds,
        unless excess: () -> RejectReason? = { nil }
    ) -> SpendOutcome {
        // An unknown generation has no floor, so nothing passes it.
        let floor = floor(of: knock.generation) ?? .max
        guard knock.timestamp > floor else { return .refused(.belowFloor(until: floor)) }
        if states[knock.generation]?.hasUsed(knock.nonce) == true { return .refused(.replayed) }
        let isOvertaken = ([knock.generation] + siblings).contains { states[$0]?.overtakes(knock) == true }
        if isOvertaken { return .refused(.overtaken) }
        let place = place(for: knock, now: now)
        if place == .taken { return .refused(.replayTableFull) }
        if let reason = excess() {
            return .overRate(reason, floor: refuse(knock, now: now, monotonic: monotonic))
        }
        var elsewhere: Forgetting?
        if place == .takenByOthers {
            elsewhere = makeRoom(now: now)
            if elsewhere == nil { return .refused(.replayTableFull) }
        }
        return .spent(keep(knock, elsewhere: elsewhere, now: now))
    }

    private mutating func refuse(_ knock: SpentKnock, now: UInt64, monotonic: Milliseconds) -> UInt64? {
        let end = window.end(at: now)
        var floor: UInt64?
        change(knock.generation) { floor = $0.refuse(knock, now: now, windowEnd: end, monotonic: monotonic) }
        return floor
    }

    private enum Place {
        case free
        /// The generation has used up its share.
        case taken
        case takenByOthers
    }

    /// Whether there is a place for a knock, if necessary by forgetting one of its own generation.
    private func place(for knock: SpentKnock, now: UInt64) -> Place {
        guard let state = states[knock.generation], state.needsExtraPlace else { return .free }
        let hasShare = state.extraCount < extraPlaces / 2
        if hasShare, extraCount < extraPlaces { return .free }
        if state.canForget(adding: knock, expired: { window.isPast($0, now: now) }) { return .free }
        return hasShare ? .takenByOthers : .taken
    }

    private mutating func keep(_ knock: SpentKnock, elsewhere: Forgetting?, now: UInt64) -> Spending {
        let window = window
        let former = ledgerFloor(of: knock.generation)
        var forgotten: [Nonce] = []
        change(knock.generation) { state in
            state.insert(knock)
            forgotten = state.forget(atMost: SignedKnocksLimits.forgottenAtOnce) { window.isPast($0, now: now) }
            state.accept()
        }
        let floor = ledgerFloor(of: knock.generation)
        return Spending(
            knock: knock, forgotten: forgotten, floor: floor == former ? nil : floor, elsewhere: elsewhere)
    }

    /// Forgets knocks of some generation; nil if no knock may be forgotten.
    private mutating func makeRoom(now: UInt64) -> Forgetting? {
        guard now >= fruitlessUntil else { return nil }
        let window = window
        for _ in order.indices {
            let id = order[cursor]
            var nonces: [Nonce] = []
            change(id) { state in
                nonces = state.forget(atMost: SignedKnocksLimits.forgottenAtOnce) { window.isPast($0, now: now) }
            }
            if !nonces.isEmpty, let floor = ledgerFloor(of: id) {
                return Forgetting(generation: id, nonces: nonces, floor: floor)
            }
            cursor = (cursor + 1) % order.count
        }
        fruitlessUntil = order.reduce(.max) { min($0, pastTime(of: states[$1])) }
        return nil
    }

    // MARK: Parts

    /// Returns whether state was lost less than two windows ago.
    private func isFreshLoss(at monotonic: Milliseconds) -> (_ lostSince: Milliseconds) -> Bool {
        let span = Milliseconds(clamping: window.span)
        return { (monotonic - $0) / 2 < span }
    }

    /// When a generation will have something to forget, if no knock comes.
    private func pastTime(of state: GenerationReplay?) -> UInt64 {
        guard let timestamp = state?.nextToForget else { return .max }
        return window.end(at: timestamp)
    }

    /// Changes the state of one generation, and creates it if there is none.
    private mutating func change(_ id: GenerationID, _ body: (inout GenerationReplay) -> Void) {
        if states[id] == nil { order.append(id) }
        let former = states[id]?.extraCount ?? 0
        body(&states[id, default: GenerationReplay(reserved: reserved)])
        extraCount += (states[id]?.extraCount ?? 0) - former
        fruitlessUntil = min(fruitlessUntil, pastTime(of: states[id]))
    }

    /// Drops generations that have left, if there are too many of them.
    private mutating func dropGone(now: UInt64) -> [GenerationID] {
        let left = order.filter { states[$0]?.isPresent == false }
        guard left.count > SignedKnocksLimits.goneGenerations else { return [] }
        let old = left.map { (id: $0, reach: states[$0]?.reach ?? 0) }
            .filter { window.isPast($0.reach, now: now) }.sorted { ($0.reach, $0.id) < ($1.reach, $1.id) }
        let gone = old.prefix(left.count - SignedKnocksLimits.goneGenerations).map(\.id)
        for id in gone {
            extraCount -= states[id]?.extraCount ?? 0
            states[id] = nil
        }
        order.removeAll { states[$0] == nil }
        cursor = 0
        return gone
    }
}
