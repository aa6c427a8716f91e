/// SipHash-2-4 (Aumasson and Bernstein, 2012): without the key a sender can neither aim at a slot nor make two messages
/// with one hash.
package struct SipHash: Sendable {
    private let key0: UInt64
    private let key1: UInt64

    package init(key0: UInt64, key1: UInt64) {
        self.key0 = key0
        self.key1 = key1
    }

    /// The hash of the 16-byte message of these two little-endian words.
    package func hash(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var state = State(key0: key0, key1: key1)
        state.absorb(first)
        state.absorb(second)
        state.absorb(16 << 56)  // no bytes are left over; the top byte is the message's length
        return state.finish()
    }

    /// The hash of these bytes.
    package func hash(_ bytes: RawSpan) -> UInt64 {
        finish(State(key0: key0, key1: key1), with: bytes, length: bytes.byteCount)
    }

    /// The hash of this little-endian word followed by these bytes.
    package func hash(_ first: UInt64, _ bytes: RawSpan) -> UInt64 {
        var state = State(key0: key0, key1: key1)
        state.absorb(first)
        return finish(state, with: bytes, length: 8 + bytes.byteCount)
    }

    private func finish(_ state: State, with bytes: RawSpan, length: Int) -> UInt64 {
        var state = state
        let whole = bytes.byteCount & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            state.absorb(
                UInt64(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        var last = UInt64(length) << 56
        for offset in whole..<bytes.byteCount {
            let byte = unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            last |= UInt64(byte) << UInt64(8 * (offset - whole))
        }
        state.absorb(last)
        return state.finish()
    }

    private struct State {
        var v0, v1, v2, v3: UInt64

        init(key0: UInt64, key1: UInt64) {
            v0 = key0 ^ 0x736f_6d65_7073_6575
            v1 = key1 ^ 0x646f_7261_6e64_6f6d
            v2 = key0 ^ 0x6c79_6765_6e65_7261
            v3 = key1 ^ 0x7465_6462_7974_6573
        }

        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xFF
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func round() {
            v0 &+= v1
            v1 = State.rotate(v1, 13) ^ v0
            v0 = State.rotate(v0, 32)
            v2 &+= v3
            v3 = State.rotate(v3, 16) ^ v2
            v0 &+= v3
            v3 = State.rotate(v3, 21) ^ v0
            v2 &+= v1
            v1 = State.rotate(v1, 17) ^ v2
            v2 = State.rotate(v2, 32)
        }

        private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
            word &<< count | word &>> (64 &- count)
        }
    }
}
