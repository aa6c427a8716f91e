package import Base
package import Keys
package import SignedKnocks

/// Decides whether a signed knock was spent before, and spends it.
package protocol Register {
    /// Takes steps 7 to 9 of docs/PROTOCOL.md: see `ReplayCache.spend`.
    mutating func spend(
        _ knock: SpentKnock, siblings: [GenerationID], now: UInt64, monotonic: Milliseconds,
        unless excess: () -> RejectReason?
    ) -> SpendOutcome
}

/// The daemon's own replay state.
extension ReplayCache: Register {}
