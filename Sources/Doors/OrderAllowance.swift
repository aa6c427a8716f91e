package import Keys
package import Linux
package import Packets

/// How many proofs lead to orders: of each key, of classic knocks at each door, from each source, and in all.
///
/// The narrow limits are asked first, so that whoever is over his own does not use up what all share.
package struct OrderAllowance {
    /// Why a proof leads to nothing.
    package enum Excess: Error, Equatable, Sendable {
        /// Of this key, or at this door.
        case ofClaimant
        case fromSource
        case inAll
    }

    private var keys = KnockAllowance<KeyName>.ofKeys()
    private var doors = KnockAllowance<DoorIdentity>.ofDoors()
    private var sources: KnockAllowance<IPAddress>
    private var all: TokenBucket

    package init(source: RateLimit, total: RateLimit) {
        sources = KnockAllowance(source)
        all = TokenBucket(total)
    }

    /// Counts a signed knock; nil if it may lead to an order.
    package mutating func take(_ key: KeyName, from source: IPAddress, now: Milliseconds) -> Excess? {
        keys.take(key, now: now) ? take(from: source, now: now) : .ofClaimant
    }

    /// Counts a completed sequence, likewise.
    package mutating func take(_ door: DoorIdentity, from source: IPAddress, now: Milliseconds) -> Excess? {
        doors.take(door, now: now) ? take(from: source, now: now) : .ofClaimant
    }

    private mutating func take(from source: IPAddress, now: Milliseconds) -> Excess? {
        guard sources.take(source.subscriber, now: now) else { return .fromSource }
        return all.take(now: now) ? nil : .inAll
    }
}

extension IPAddress {
    /// What one subscriber has at least: an IPv4 address, or the /64 network of an IPv6 address (RFC 6177).
    fileprivate var subscriber: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }
}
