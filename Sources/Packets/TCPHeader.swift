/// A TCP header (RFC 9293, 3.1): 0: source port   2: destination port   12: data offset in words   13: control bits
struct TCPHeader {
    let sourcePort: UInt16
    let destinationPort: UInt16
    let flags: TCPFlags

    /// Reads the fixed 20 bytes of a header within `range`; one that says it is shorter than that is none. Options are
    /// not looked at.
    init(reading bytes: RawSpan, in range: Range<Int>) throws(DecodeError) {
        guard range.count >= 20 else { throw .truncated }
        sourcePort = try bytes.uint16(at: range.lowerBound)
        destinationPort = try bytes.uint16(at: range.lowerBound + 2)
        guard try bytes.uint8(at: range.lowerBound + 12) >> 4 >= 5 else { throw .malformed }
        flags = TCPFlags(rawValue: try bytes.uint8(at: range.lowerBound + 13))
    }
}

/// The control bits of a TCP segment (RFC 9293, 3.1).
package struct TCPFlags: OptionSet, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let fin = TCPFlags(rawValue: 1)
    package static let syn = TCPFlags(rawValue: 2)
    package static let rst = TCPFlags(rawValue: 4)
    package static let psh = TCPFlags(rawValue: 8)
    package static let ack = TCPFlags(rawValue: 16)
    package static let urg = TCPFlags(rawValue: 32)

    /// As knockd.conf has them: `syn,ack`; `none` if none is set.
    package var description: String {
        let names = [(Self.fin, "fin"), (.syn, "syn"), (.rst, "rst"), (.psh, "psh"), (.ack, "ack"), (.urg, "urg")]
        let set = names.filter { contains($0.0) }.map(\.1)
        return set.isEmpty ? "none" : set.joined(separator: ",")
    }
}
