import Base

/// An IP address of either family, 16 bytes: IPv6, or IPv4 in its mapped form ::ffff:a.b.c.d (RFC 4291, 2.5.5.2).
package struct IPAddress: Hashable, BitwiseCopyable, Sendable, CustomStringConvertible {
    /// The first eight bytes, most significant first.
    package let high: UInt64
    /// The last eight bytes, most significant first.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An IPv4 address, most significant byte first.
    package init(ipv4: UInt32) {
        high = 0
        low = 0xFFFF_0000_0000 | UInt64(ipv4)
    }

    /// The address of these 16 bytes; nil for any other number of bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16, let high = UInt64(bigEndianBytes: bytes[..<8]),
            let low = UInt64(bigEndianBytes: bytes[8...])
        else { return nil }
        self.init(high: high, low: low)
    }

    /// A numeric address; nil if the text is not one. Names are not looked up.
    package init?(_ text: String) {
        guard let bytes = AddressText.parse(text) else { return nil }
        self.init(bytes: bytes)
    }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }

    /// Whether this is an IPv4 address.
    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The canonical text, as inet_ntop writes it. It contains no character that is special to a shell.
    package var description: String { AddressText.format(bytes) }

    /// Whether a packet with this source can come from another host.
    ///
    /// Sources that cannot: IPv4 0/8, 127/8, 224/4 and 240/4 (with broadcast); IPv6 ::, ::1 and ff00::/8. Loopback
    /// addresses (127/8 and ::1) are accepted on the loopback interface.
    package func canBePeer(onLoopback: Bool) -> Bool {
        if isIPv4 {
            switch UInt8(truncatingIfNeeded: low >> 24) {
            case 0, 224...: return false
            case 127: return onLoopback
            default: return true
            }
        }
        if high == 0 && low <= 1 { return low == 1 && onLoopback }
        return high >> 56 != 0xFF
    }
}
