/// An Ethernet II header (IEEE 802.3, clause 3.2.6):
///
///     0            6            12          14
///     | destination | source     | EtherType | payload …
///
/// A VLAN tag stands in the place of the EtherType (0x8100): a tagged frame is for another network, and no IP here.
struct EthernetFrame {
    static let headerLength = 14

    let etherType: UInt16

    init(reading bytes: RawSpan) throws(DecodeError) {
        etherType = try bytes.uint16(at: 12)
    }
}
