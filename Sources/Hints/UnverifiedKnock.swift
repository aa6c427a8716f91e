package import Packets

/// A datagram of the right length to the signed port, with no other check made.
package struct UnverifiedKnock: Equatable, Sendable {
    package let source: IPAddress
    /// Whether it arrived on the loopback interface.
    package let isOnLoopback: Bool
    /// All 120 bytes.
    package let bytes: [UInt8]

    /// Nil unless there are 120 bytes: step 1 of docs/PROTOCOL.md.
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
