/// The link layers that can be decoded, numbered as libpcap does (pcap-linktype(7)).
package enum LinkType: Int32, Sendable {
    case ethernet = 1
    case rawIP = 12
    case linuxCooked = 113
    case linuxCooked2 = 276
}
