package import Doors
package import Keys
package import SignedKnocks

/// Changes that are recorded together: all of them reach the disk, or none does.
package struct LedgerEntry: Sendable {
    /// Openings in their current state. If an opening is on record, only its changed holds are written.
    package var openings: [Opening]
    /// Openings that are over. One that is here and in `openings` was closed and begins again.
    package var closing: [OpeningKey]
    package var spendings: [Spending]
    package var floors: [ReplayCache.Floor]
    /// Generations whose knocks and floor are no longer kept. Their use stays recorded.
    package var gone: [GenerationID]
    /// When knocks of these generations were accepted.
    package var uses: [GenerationID: UnixSeconds]
    /// Nil if nothing has changed.
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
