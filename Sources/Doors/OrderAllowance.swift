package import Keys
package import Linux
package import Packets

/// How many proofs lead to orders: of each key, of classic knocks at each door, from each source, and in all.
///
/// The narrow limits are asked first, so that whoever is over his own does not use up what others share. Classic knocks and
/// signed ones have sources and totals apart: whoever has seen a sequence can send it from any address.
package struct OrderAllowance {
    /// Why a proof leads to nothing.
    package enum Excess: Error, Equatable, Sendable {
        /// Of this key, or at this door.
        case ofClaimant
        case fromSource
        case inAll
    }

    /// What knocks of one kind share.
    private struct Shared {
        var sources: KnockAllowance<IPAddress>
        var all: TokenBucket
    }

    private var keys = KnockAllowance<KeyName>.ofKeys()
    private var doors = KnockAllowance<DoorIdentity>.ofDoors()
    private var (signed, classic): (Shared, Shared)

    package init(source: RateLimit, total: RateLimit) {
        let shared = Shared(sources: KnockAllowance(source), all: TokenBucket(total))
        (signed, classic) = (shared, shared)
    }

    /// Counts a signed knock; nil if it may lead to an order.
    package mutating func take(_ key: KeyName, from source: IPAddress, now: Milliseconds) -> Excess? {
        guard keys.take(key, now: now) else { return .ofClaimant }
        guard signed.sources.take(source.subscriber, now: now) else { return .fromSource }
        return signed.all.take(now: now) ? nil : .inAll
    }

    /// Counts a completed sequence, likewise. All who know it share the door's limit.
    package mutating func take(_ door: DoorIdentity, from source: IPAddress, now: Milliseconds) -> Excess? {
        guard classic.sources.take(source.subscriber, now: now) else { return .fromSource }
        guard doors.take(door, now: now) else { return .ofClaimant }
        return classic.all.take(now: now) ? nil : .inAll
    }
}

extension IPAddress {
    /// What one subscriber has at least: an IPv4 address, or the /64 network of an IPv6 address (RFC 6177).
    fileprivate var subscriber: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }
}
