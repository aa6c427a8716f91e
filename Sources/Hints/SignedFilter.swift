/// The kernel's filter for signed knocks, as libpcap's expression language has it (pcap-filter(7)).
package enum SignedFilter {
    /// As the UDP header counts: with itself.
    private static let datagramLength = 8 + SignedKnockLayout.byteCount

    /// Lets through whole UDP datagrams of the right length to the port, at any address, and no other packet.
    ///
    /// libpcap's `udp[…]` counts from the header of IPv4 packets alone; in IPv6 packets the bytes are counted from the IP
    /// header, so that those with extension headers do not pass.
    package static func text(port: UInt16, onlyIPv4: Bool) -> String {
        let ipv4 = "(ip and ip[6:2] & 0x3fff = 0 and udp dst port \(port) and udp[4:2] = \(datagramLength))"
        let ipv6 = "(ip6 and ip6[6] = 17 and ip6[42:2] = \(port) and ip6[44:2] = \(datagramLength))"
        return onlyIPv4 ? ipv4 : "\(ipv4) or \(ipv6)"
    }
}
