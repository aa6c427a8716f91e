/// The link layers that can be decoded, numbered as in libpcap (pcap-linktype(7)). In a file libpcap reads LINKTYPE_RAW
/// (101) as 12.
package enum LinkType: Int32, CaseIterable, Sendable {
    /// Loopback of another system: a four-byte address family, then the packet.
    case bsdLoopback = 0
    case ethernet = 1
    case rawIP = 12
    /// As `bsdLoopback`, but the address family's most significant byte comes first.
    case openBSDLoopback = 108
    case linuxCooked = 113
    case rawIPv4 = 228
    case rawIPv6 = 229
    case linuxCooked2 = 276
}
