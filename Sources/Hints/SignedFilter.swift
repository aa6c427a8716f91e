/// The kernel's filter for signed knocks, in libpcap's expression language (pcap-filter(7)).
package enum SignedFilter {
    /// The length in the UDP header, which includes that header.
    private static let datagramLength = 8 + SignedKnockLayout.byteCount

    /// An expression that accepts whole UDP datagrams of the right length to this port, at any address, and no other
    /// packet.
    ///
    /// libpcap's `udp[…]` works for IPv4 packets only. For IPv6 the offsets are relative to the IP header, so packets
    /// with extension headers do not pass.
    package static func text(port: UInt16, onlyIPv4: Bool) -> String {
        let ipv4 = "(ip and ip[6:2] & 0x3fff = 0 and udp dst port \(port) and udp[4:2] = \(datagramLength))"
        let ipv6 = "(ip6 and ip6[6] = 17 and ip6[42:2] = \(port) and ip6[44:2] = \(datagramLength))"
        return onlyIPv4 ? ipv4 : "\(ipv4) or \(ipv6)"
    }
}
