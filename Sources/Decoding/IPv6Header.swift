import Packets

/// An IPv6 header (RFC 8200, 3) with the extension headers behind it (4):
///
///      0: version   4: payload length   6: next header   8: source   24: destination   40: extensions or payload
///
///     extension   0: next header   1: length in 8 bytes beyond the first 8
///     fragment    0: next header   2: offset in 8 bytes, and flags   (always 8 bytes)
struct IPv6Header: IPHeader {
    /// The most extension headers that are read; a packet with more is rejected as malformed.
    private static let mostExtensions = 8

    let source: IPAddress
    let destination: IPAddress
    let transport: UInt8
    let payload: Range<Int>
    let isFirstFragment: Bool

    init(reading bytes: RawSpan, at start: Int) throws(DecodeError) {
        guard try bytes.uint8(at: start) >> 4 == 6 else { throw .malformed }
        let end = min(start + 40 + Int(try bytes.uint16(at: start + 4)), bytes.byteCount)
        source = IPAddress(high: try bytes.uint64(at: start + 8), low: try bytes.uint64(at: start + 16))
        destination = IPAddress(high: try bytes.uint64(at: start + 24), low: try bytes.uint64(at: start + 32))
        if source.isIPv4 || destination.isIPv4 { throw .mappedAddress }

        var next = try bytes.uint8(at: start + 6)
        var offset = start + 40
        var moreFollow = false
        for _ in 0..<Self.mostExtensions {
            switch next {
            case 0, 43, 60:  // hop-by-hop options, routing, destination options
                let length = 8 + 8 * Int(try bytes.uint8(at: offset + 1))
                next = try bytes.uint8(at: offset)
                offset += length
            case 44:  // fragment
                let field = try bytes.uint16(at: offset + 2)
                guard field & 0xFFF8 == 0 else { throw .laterFragment }
                moreFollow = moreFollow || field & 1 != 0
                next = try bytes.uint8(at: offset)
                offset += 8
            default:
                guard offset <= end else { throw .truncated }
                transport = next
                payload = offset..<end
                isFirstFragment = moreFollow
                return
            }
        }
        throw .malformed
    }
}
