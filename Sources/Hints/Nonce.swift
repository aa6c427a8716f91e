import Packets

/// The random number of one knock, 16 bytes: the start of its key stream, and its name in the replay state.
package struct Nonce: Hashable, Sendable {
    /// The first eight bytes, most significant first.
    package let high: UInt64
    /// The last eight bytes, most significant first.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless they are 16.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16, let high = UInt64(bigEndianBytes: bytes.prefix(8)),
            let low = UInt64(bigEndianBytes: bytes.dropFirst(8))
        else { return nil }
        self.init(high: high, low: low)
    }

    package var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }
}
