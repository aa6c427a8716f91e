package import Linux

/// How many knocks count of each key, at each door, or from each source: so many at once, then so many a second (docs/PROTOCOL.md, step 9).
///
/// What it costs does not grow with the number of those who knock, and who has not knocked for a while is forgotten.
package struct KnockAllowance<Claimant: Hashable> {
    /// Those who knock within a few seconds; further ones are refused meanwhile.
    package static var mostClaimants: Int { 16_384 }

    private let full: TokenBucket
    /// From empty to full.
    private let refillTime: Milliseconds
    /// Those asked for since `turned`, and those of the time before: whose last knock is longer ago has a full bucket again.
    private var recent: [Claimant: TokenBucket] = [:]
    private var former: [Claimant: TokenBucket] = [:]
    private var turned: Milliseconds = 0

    package init(_ limit: RateLimit) {
        full = TokenBucket(limit)
        refillTime = Milliseconds(limit.burst * 1000 / limit.perSecond)
    }

    /// Whether one more knock of a claimant counts.
    ///
    /// - Parameter now: on a clock that never goes back.
    package mutating func take(_ claimant: Claimant, now: Milliseconds) -> Bool {
        turn(now)
        var bucket = recent[claimant] ?? former[claimant] ?? full
        guard recent[claimant] != nil || recent.count < Self.mostClaimants else { return false }
        defer { recent[claimant] = bucket }
        return bucket.take(now: now)
    }

    private mutating func turn(_ now: Milliseconds) {
        guard now - turned >= refillTime else { return }
        former = now - turned >= 2 * refillTime ? [:] : recent
        recent = [:]
        turned = now
    }
}

extension KnockAllowance {
    /// Of signed knocks, each key's.
    package static func ofKeys() -> KnockAllowance { KnockAllowance(RateLimit(burst: 32, perSecond: 8)) }

    /// Of the classic knock, which many may share, each door's.
    package static func ofDoors() -> KnockAllowance { KnockAllowance(RateLimit(burst: 256, perSecond: 64)) }
}
