/// The link layers that can be decoded, numbered as libpcap does (pcap-linktype(7)), which reads LINKTYPE_RAW (101) in
/// a file as 12.
package enum LinkType: Int32, CaseIterable, Sendable {
    /// Another system's loopback: an address family of four bytes, then the packet.
    case bsdLoopback = 0
    case ethernet = 1
    case rawIP = 12
    /// The same as `bsdLoopback`, the family most significant byte first.
    case openBSDLoopback = 108
    case linuxCooked = 113
    case rawIPv4 = 228
    case rawIPv6 = 229
    case linuxCooked2 = 276
}
