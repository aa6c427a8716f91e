package import Base
package import Events
package import Packets

extension Event {
    /// Returns the event for a datagram without a live hint that a known key has signed.
    ///
    /// - Parameter isUsable: whether knocks of this generation are valid.
    package static func signedWithoutHint(
        from key: KeyLabel, source: IPAddress, skew: Milliseconds, isUsable: Bool
    ) -> Event {
        isUsable
            ? .signed(.atAnotherTime(from: key, source: source, skewSeconds: Int(skew / 1000)))
            : .signed(.byRetired(from: key, source: source))
    }
}
