package import Base
package import Keys
package import SignedKnocks

/// Where it is asked, and decided, whether a signed knock was spent before.
package protocol Register {
    /// Steps 7 to 9 of docs/PROTOCOL.md, as `ReplayCache.spend` has them.
    mutating func spend(
        _ knock: SpentKnock, siblings: [GenerationID], now: UInt64, monotonic: Milliseconds,
        unless excess: () -> RejectReason?
    ) -> SpendOutcome
}

/// This daemon's own: it answers at once.
extension ReplayCache: Register {}
