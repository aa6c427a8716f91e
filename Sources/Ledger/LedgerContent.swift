package import Doors

/// The whole current content of a ledger, which is written to a file when the ledger moves there.
package struct LedgerContent: Sendable {
    package var openings: [Opening]
    package var replay: ReplayState
    /// The keys in force, for other programs.
    package var keys: KeysInForce

    package init(
        openings: [Opening] = [], replay: ReplayState = ReplayState(), keys: KeysInForce = KeysInForce()
    ) {
        self.openings = openings
        self.replay = replay
        self.keys = keys
    }

    /// The content with additional openings and replay state.
    func joined(with unknown: LedgerContent) -> LedgerContent {
        LedgerContent(
            openings: openings + unknown.openings, replay: replay.joined(with: unknown.replay), keys: keys)
    }
}
