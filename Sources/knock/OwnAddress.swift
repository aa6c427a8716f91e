import Packets
import SignedKnocks

/// Finds the address that `--address auto` puts into a knock: this machine's address, if the server sees the same one.
enum OwnAddress {
    /// The source address of packets to a host; nil if a NAT may change it on the way. The server refuses a knock that
    /// names another address than it sees, but never refuses one for naming none.
    ///
    /// - Parameter prefixLength: the prefix length, of 128 bits, of this machine's network with the source; nil if
    ///   unknown.
    static func named(source: IPAddress, destination: IPAddress, prefixLength: Int?) -> IPAddress? {
        if isTranslated(destination) || source.isIPv4 != destination.isIPv4 { return nil }
        guard SignedAddress.isAllowed(source, onLoopback: false) else { return nil }
        if isGloballyReachable(source) { return source }
        return prefixLength.map { shares($0, source, destination) } == true ? source : nil
    }

    /// Whether packets to it are translated to IPv4: 64:ff9b::/96 (RFC 6052) or 64:ff9b:1::/48 (RFC 8215).
    private static func isTranslated(_ address: IPAddress) -> Bool {
        address.high == 0x0064_FF9B_0000_0000 && address.low >> 32 == 0 || address.high >> 16 == 0x0064_FF9B_0001
    }

    /// Whether the first bits of two addresses are the same.
    private static func shares(_ count: Int, _ left: IPAddress, _ right: IPAddress) -> Bool {
        let (high, low) = (left.high ^ right.high, left.low ^ right.low)
        return count <= 64 ? high.leadingZeroBitCount >= count : high == 0 && low.leadingZeroBitCount >= count - 64
    }

    /// Whether it is globally reachable, by IANA's registries of special-purpose addresses.
    static func isGloballyReachable(_ address: IPAddress) -> Bool {
        let ranges = address.isIPv4 ? notGlobalIPv4 : notGlobalIPv6
        // Of IPv6, only 2000::/3 is allocated.
        if !address.isIPv4, address.high >> 61 != 1 { return false }
        return !ranges.contains { range in IPAddress(range.0).map { shares(range.1, $0, address) } ?? false }
    }

    private static let notGlobalIPv4 = [
        ("0.0.0.0", 104), ("10.0.0.0", 104), ("100.64.0.0", 106), ("127.0.0.0", 104), ("169.254.0.0", 112),
        ("172.16.0.0", 108), ("192.0.0.0", 120), ("192.0.2.0", 120), ("192.88.99.0", 120), ("192.168.0.0", 112),
        ("198.18.0.0", 111), ("198.51.100.0", 120), ("203.0.113.0", 120), ("224.0.0.0", 99),
    ]

    /// Teredo and its neighbours, documentation, 6to4.
    private static let notGlobalIPv6 = [("2001::", 23), ("2001:db8::", 32), ("2002::", 16), ("3fff::", 20)]
}
