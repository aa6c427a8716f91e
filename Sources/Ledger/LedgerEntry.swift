package import Doors
package import Keys
package import SignedKnocks

/// What is to be recorded at once: all of it reaches the disk, or nothing does.
package struct LedgerEntry: Sendable {
    /// Openings as they are now. Of the holds of one that is on record only those are written that have changed.
    package var openings: [Opening]
    /// Those that are over. Where an opening stands here and in `openings`, it was closed and begins anew.
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
