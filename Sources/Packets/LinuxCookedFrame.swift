/// The header that Linux puts before a packet captured without a link layer of its own (LINKTYPE_LINUX_SLL and SLL2):
///
///     version 1   0: packet type   2: hardware   4: address length   6: address   14: protocol    16: payload …
///     version 2   0: protocol   2: reserved   4: interface   8: hardware   10: packet type   11: address length
///                 12: address   20: payload …
struct LinuxCookedFrame {
    /// PACKET_OUTGOING: sent by this host.
    private static let outgoing: UInt16 = 4

    let etherType: UInt16
    let isOutgoing: Bool
    let headerLength: Int

    init(reading bytes: RawSpan) throws(DecodeError) {
        isOutgoing = try bytes.uint16(at: 0) == Self.outgoing
        etherType = try bytes.uint16(at: 14)
        headerLength = 16
    }

    init(readingVersion2 bytes: RawSpan) throws(DecodeError) {
        etherType = try bytes.uint16(at: 0)
        isOutgoing = UInt16(try bytes.uint8(at: 10)) == Self.outgoing
        headerLength = 20
    }
}
