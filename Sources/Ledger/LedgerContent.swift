package import Doors
package import Keys
package import SignedKnocks

/// All that must survive, as it is now: what a file gets that the ledger moves to.
package struct LedgerContent: Sendable {
    package var openings: [Opening]
    package var replay: ReplayState
    /// What programs beside the daemon are told.
    package var keys: KeysInForce

    package init(
        openings: [Opening] = [], replay: ReplayState = ReplayState(), keys: KeysInForce = KeysInForce()
    ) {
        self.openings = openings
        self.replay = replay
        self.keys = keys
    }
}

/// What is to be recorded at once: all of it reaches the disk, or nothing does.
package struct LedgerEntry: Sendable {
    /// Openings as they are now.
    package var openings: [Opening]
    /// Those that are over.
    package var closing: [OpeningKey]
    package var spendings: [Spending]
    package var floors: [ReplayCache.Floor]
    /// Generations of which no knock and no floor is kept any more. When they were used stays known.
    package var gone: [GenerationID]
    /// When knocks of these generations were accepted.
    package var uses: [GenerationID: UnixSeconds]
    /// Nil where nothing has changed.
    package var keys: KeysInForceChange?

    package init(
        openings: [Opening] = [], closing: [OpeningKey] = [], spendings: [Spending] = [],
        floors: [ReplayCache.Floor] = [], gone: [GenerationID] = [], uses: [GenerationID: UnixSeconds] = [:],
        keys: KeysInForceChange? = nil
    ) {
        self.openings = openings
        self.closing = closing
        self.spendings = spendings
        self.floors = floors
        self.gone = gone
        self.uses = uses
        self.keys = keys
    }
}

/// What became of an entry.
package enum RecordOutcome: Equatable, Sendable {
    case recorded
    /// These knocks were spent before, and nothing of the entry is recorded: leave out what belongs to them, and record the
    /// rest anew.
    case alreadySpent([SpentKnock])
    /// Neither file takes it.
    case failed
}
