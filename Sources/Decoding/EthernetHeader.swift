extension LinkHeader {
    /// Reads an Ethernet II header (IEEE 802.3, clause 3.2.6), and the VLAN tag behind it:
    ///
    ///     0            6            12          14
    ///     | destination | source     | EtherType | payload …
    init(ethernet bytes: RawSpan) throws(DecodeError) {
        self.init(etherType: try bytes.uint16(at: 12), payloadStart: 14)
        try readTag(in: bytes)
    }
}
