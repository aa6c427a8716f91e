import Packets

/// The random number of one knock, 16 bytes: it starts the key stream and identifies the knock in the replay state.
package struct Nonce: Hashable, Sendable {
    /// The first eight bytes, most significant first.
    package let high: UInt64
    /// The last eight bytes, most significant first.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless there are exactly 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16, let high = UInt64(bigEndianBytes: bytes.prefix(8)),
            let low = UInt64(bigEndianBytes: bytes.dropFirst(8))
        else { return nil }
        self.init(high: high, low: low)
    }

    package var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }
}
