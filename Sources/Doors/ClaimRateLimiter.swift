package import Base
package import Keys
package import Packets

/// How many proofs count: of each key, of classic knocks at each door, of either from each source, and in all
/// (`RateLimiter`). Classic knocks and signed ones take nothing from each other: whoever has seen a sequence can send it
/// from any address.
package struct ClaimRateLimiter {
    /// Why a proof leads to nothing.
    package enum Excess: Error, Equatable, Sendable {
        /// Of this key, or at this door.
        case ofClaimant
        /// Of this key, or at this door, from this source.
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

    /// Other rates count from now on, for everybody anew. Equal ones go on: a reload is no new allowance.
    package mutating func setRates(source: RateLimit, total: RateLimit) {
        if (source, total) == rates { return }
        var fresh = ClaimRateLimiter(source: source, total: total)
        (fresh.keyCount, fresh.doorCount) = (keyCount, doorCount)
        self = fresh
    }

    /// How many keys there are.
    package var keyCount: Int {
        get { signed.claimantCount }
        set { signed.claimantCount = newValue }
    }

    /// How many doors a sequence opens.
    package var doorCount: Int {
        get { classic.claimantCount }
        set { classic.claimantCount = newValue }
    }

    /// Counts a signed knock; nil if it is within the rates.
    package mutating func take(_ key: KeyName, from source: IPAddress, now: Milliseconds) -> Excess? {
        signed.take(key, from: source, now: now)
    }

    /// Counts a completed sequence, likewise. All who know it share the door's limit.
    package mutating func take(_ door: DoorIdentity, from source: IPAddress, now: Milliseconds) -> Excess? {
        classic.take(door, from: source, now: now)
    }
}
