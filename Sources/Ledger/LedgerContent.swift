package import Doors

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

    /// With openings and replay state that turned up besides.
    func joined(with unknown: LedgerContent) -> LedgerContent {
        LedgerContent(
            openings: openings + unknown.openings, replay: replay.joined(with: unknown.replay), keys: keys)
    }
}
