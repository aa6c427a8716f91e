import Packets

/// A TCP header (RFC 9293, 3.1): 0: source port   2: destination port   12: data offset in words   13: control bits
struct TCPHeader {
    let sourcePort: UInt16
    let destinationPort: UInt16
    let flags: TCPFlags

    /// Reads the fixed 20 bytes of a header within `range` and ignores options. A data offset below 20 bytes is
    /// malformed.
    init(reading bytes: RawSpan, in range: Range<Int>) throws(DecodeError) {
        guard range.count >= 20 else { throw .truncated }
        sourcePort = try bytes.uint16(at: range.lowerBound)
        destinationPort = try bytes.uint16(at: range.lowerBound + 2)
        guard try bytes.uint8(at: range.lowerBound + 12) >> 4 >= 5 else { throw .malformed }
        flags = TCPFlags(rawValue: try bytes.uint8(at: range.lowerBound + 13))
    }
}
