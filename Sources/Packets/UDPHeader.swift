/// A UDP header (RFC 768): 0: source port   2: destination port   4: length   6: checksum
struct UDPHeader {
    let sourcePort: UInt16
    let destinationPort: UInt16

    /// Reads a whole header within `range`. Its length field is not looked at: in a first fragment it is that of the
    /// whole datagram.
    init(reading bytes: RawSpan, in range: Range<Int>) throws(DecodeError) {
        guard range.count >= 8 else { throw .truncated }
        sourcePort = try bytes.uint16(at: range.lowerBound)
        destinationPort = try bytes.uint16(at: range.lowerBound + 2)
    }
}
