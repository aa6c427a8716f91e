package import Base
package import Keys
package import Packets

/// Limits how many proofs are accepted from each key, at each door with a sequence, from each source, and in all
/// (`RateLimiter`).
///
/// Sequences and signed knocks have separate allowances, since anyone who has seen a sequence can send it from any
/// address.
package struct ClaimRateLimiter {
    /// The rate that a proof exceeds.
    package enum Excess: Error, Equatable, Sendable {
        /// The rate of this key, or of sequences at this door.
        case ofClaimant
        /// The rate of this key, or of sequences at this door, from this source.
        case fromSource
        case inAll
    }

    private let rates: (source: RateLimit, total: RateLimit)
    private var signed: RateLimiter<KeyName>
    private var classic: RateLimiter<DoorIdentity>

    package init(source: RateLimit, total: RateLimit) {
        rates = (source, total)
        signed = RateLimiter(
            own: DoorsLimits.keyRate, source: source, total: total, mostSources: DoorsLimits.sourcesOfKey)
        classic = RateLimiter(
            own: DoorsLimits.sequenceRate, source: source, total: total, mostSources: DoorsLimits.sourcesOfDoor)
    }

    /// Sets the rates. Changed rates start with full allowances; equal ones go on, so that a reload gives no new
    /// allowance.
    package mutating func setRates(source: RateLimit, total: RateLimit) {
        if (source, total) == rates { return }
        var fresh = ClaimRateLimiter(source: source, total: total)
        (fresh.keyCount, fresh.doorCount) = (keyCount, doorCount)
        self = fresh
    }

    /// Number of keys.
    package var keyCount: Int {
        get { signed.claimantCount }
        set { signed.claimantCount = newValue }
    }

    /// Number of doors with a sequence.
    package var doorCount: Int {
        get { classic.claimantCount }
        set { classic.claimantCount = newValue }
    }

    /// Takes the allowance of a signed knock; nil if it is within the rates.
    package mutating func take(_ key: KeyName, from source: IPAddress, now: Milliseconds) -> Excess? {
        signed.take(key, from: source, now: now)
    }

    /// Takes the allowance of a completed sequence; nil if it is within the rates. All who know the sequence share the
    /// door's limit.
    package mutating func take(_ door: DoorIdentity, from source: IPAddress, now: Milliseconds) -> Excess? {
        classic.take(door, from: source, now: now)
    }
}
