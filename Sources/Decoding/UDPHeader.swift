/// A UDP header (RFC 768): 0: source port   2: destination port   4: length   6: checksum
struct UDPHeader {
    let sourcePort: UInt16
    let destinationPort: UInt16
    /// The payload, as long as the length field says; nil if that is shorter than the header or longer than `range`.
    let payload: Range<Int>?

    /// Reads a whole header within `range`, whatever its length field says: in a first fragment it is the length of the
    /// whole datagram.
    init(reading bytes: RawSpan, in range: Range<Int>) throws(DecodeError) {
        guard range.count >= 8 else { throw .truncated }
        sourcePort = try bytes.uint16(at: range.lowerBound)
        destinationPort = try bytes.uint16(at: range.lowerBound + 2)
        let length = Int(try bytes.uint16(at: range.lowerBound + 4))
        payload = (8...range.count).contains(length) ? range.lowerBound + 8..<range.lowerBound + length : nil
    }
}
