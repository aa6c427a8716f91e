/// The header that Linux puts before a packet captured without a link layer of its own (LINKTYPE_LINUX_SLL and SLL2):
///
///     version 1   0: packet type   2: hardware   4: address length   6: address   14: protocol    16: payload …
///     version 2   0: protocol   2: reserved   4: interface   8: hardware   10: packet type   11: address length
///                 12: address   20: payload …
extension LinkHeader {
    /// PACKET_OUTGOING: sent by this host.
    private static let outgoing: UInt16 = 4
    /// ARPHRD_LOOPBACK.
    private static let loopback: UInt16 = 772

    /// Reads version 1 and the VLAN tag behind it, which libpcap restores if the kernel has removed it.
    init(linuxCooked bytes: RawSpan) throws(DecodeError) {
        self.init(etherType: try bytes.uint16(at: 14), payloadStart: 16)
        isOutgoing = try bytes.uint16(at: 0) == Self.outgoing
        isOnLoopback = try bytes.uint16(at: 2) == Self.loopback
        try readTag(in: bytes)
    }

    /// Reads version 2, in which libpcap restores no VLAN tag.
    init(linuxCooked2 bytes: RawSpan) throws(DecodeError) {
        self.init(etherType: try bytes.uint16(at: 0), payloadStart: 20)
        interface = try bytes.uint32(at: 4)
        isOnLoopback = try bytes.uint16(at: 8) == Self.loopback
        isOutgoing = UInt16(try bytes.uint8(at: 10)) == Self.outgoing
    }
}
