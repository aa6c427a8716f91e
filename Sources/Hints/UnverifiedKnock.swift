package import Packets

/// A datagram of the right length that came to the signed port. Nothing in it has been looked at.
package struct UnverifiedKnock: Equatable, Sendable {
    package let source: IPAddress
    /// Whether it came in by the loopback interface.
    package let isOnLoopback: Bool
    /// All 120.
    package let bytes: [UInt8]

    /// Nil for another length than 120: step 1.
    package init?(source: IPAddress, isOnLoopback: Bool, bytes: [UInt8]) {
        guard bytes.count == SignedKnockLayout.byteCount else { return nil }
        self.source = source
        self.isOnLoopback = isOnLoopback
        self.bytes = bytes
    }

    package var hint: UInt64 { bytes[SignedKnockLayout.hint].reduce(0) { $0 << 8 | UInt64($1) } }

    package var nonce: Nonce {
        let nonce = bytes[SignedKnockLayout.nonce]
        return Nonce(
            high: nonce.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
            low: nonce.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
