import Packets

/// An IPv4 header (RFC 791, 3.1):
///
///      0: version, header length in words   2: total length   6: flags and fragment offset
///      9: protocol   12: source   16: destination   20: options, up to the header length
struct IPv4Header: IPHeader {
    let source: IPAddress
    let destination: IPAddress
    let transport: UInt8
    let payload: Range<Int>
    let isFirstFragment: Bool

    init(reading bytes: RawSpan, at start: Int) throws(DecodeError) {
        let first = try bytes.uint8(at: start)
        let headerLength = Int(first & 0x0F) * 4
        guard first >> 4 == 4, headerLength >= 20 else { throw .malformed }
        let totalLength = Int(try bytes.uint16(at: start + 2))
        guard totalLength >= headerLength else { throw .malformed }
        let fragment = try bytes.uint16(at: start + 6)
        guard fragment & 0x1FFF == 0 else { throw .laterFragment }
        isFirstFragment = fragment & 0x2000 != 0
        transport = try bytes.uint8(at: start + 9)
        source = IPAddress(ipv4: try bytes.uint32(at: start + 12))
        destination = IPAddress(ipv4: try bytes.uint32(at: start + 16))
        let end = min(start + totalLength, bytes.byteCount)
        guard start + headerLength <= end else { throw .truncated }
        payload = (start + headerLength)..<end
    }
}
