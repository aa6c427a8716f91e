package import Packets

/// The addresses that a signed knock can open for (docs/PROTOCOL.md, "Addresses refused").
package enum SignedAddress {
    /// Whether a door may open for an address. It refuses IPv4 0/8, 127/8, 169.254/16, 224/4 and 240/4, and IPv6 ::/96,
    /// fe80::/10 and ff00::/8.
    ///
    /// - Parameter onLoopback: whether it is the source of a packet on the loopback interface, where 127/8 and ::1 are
    ///   allowed.
    package static func isAllowed(_ address: IPAddress, onLoopback: Bool) -> Bool {
        if address.isIPv4 {
            switch UInt8(truncatingIfNeeded: address.low >> 24) {
            case 0, 224...: return false
            case 127: return onLoopback
            case 169: return UInt8(truncatingIfNeeded: address.low >> 16) != 254
            default: return true
            }
        }
        if address.high == 0, address.low >> 32 == 0 { return address.low == 1 && onLoopback }
        return address.high >> 54 != 0xFE80 >> 6 && address.high >> 56 != 0xFF
    }
}
