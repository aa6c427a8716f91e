/// Turns captured frames of one link type into packets.
package struct PacketDecoder: Sendable {
    private let linkType: LinkType

    package init(linkType: LinkType) {
        self.linkType = linkType
    }

    /// Decodes one frame, of which `bytes` are all that was captured. Nothing beyond them is read.
    package func decode(_ bytes: RawSpan) throws(DecodeError) -> Packet {
        try decodeFrame(bytes).packet
    }

    /// Decodes one frame likewise, and tells where its packet came in.
    package func decodeFrame(_ bytes: RawSpan) throws(DecodeError) -> Frame {
        let link = try LinkHeader(reading: bytes, as: linkType)
        if link.isOutgoing { throw .outgoing }
        switch link.etherType {
        case LinkHeader.ipv4:
            let ip = try IPv4Header(reading: bytes, at: link.payloadStart)
            let ends = (ip.source, ip.destination)
            return Self.frame(link, try Self.packet(bytes, ip.transport, in: ip.payload, ends, link.vlan), ip.payload)
        case LinkHeader.ipv6:
            let ip = try IPv6Header(reading: bytes, at: link.payloadStart)
            let ends = (ip.source, ip.destination)
            return Self.frame(link, try Self.packet(bytes, ip.transport, in: ip.payload, ends, link.vlan), ip.payload)
        default:
            throw .notIP
        }
    }

    private static func frame(_ link: LinkHeader, _ packet: Packet, _ payload: Range<Int>) -> Frame {
        let end = min(payload.upperBound, link.payloadStart + Frame.mostIdentifyingBytes)
        return Frame(
            packet: packet, interface: link.interface, isOnLoopback: link.isOnLoopback,
            identifyingBytes: link.payloadStart..<end)
    }

    private static func packet(
        _ bytes: RawSpan, _ number: UInt8, in range: Range<Int>, _ ends: (source: IPAddress, destination: IPAddress),
        _ vlan: UInt16?
    ) throws(DecodeError) -> Packet {
        switch number {
        case 6:
            let tcp = try TCPHeader(reading: bytes, in: range)
            return Packet(
                source: ends.source, destination: ends.destination, transport: .tcp(tcp.flags),
                sourcePort: tcp.sourcePort, destinationPort: tcp.destinationPort, vlan: vlan)
        case 17:
            let udp = try UDPHeader(reading: bytes, in: range)
            return Packet(
                source: ends.source, destination: ends.destination, transport: .udp,
                sourcePort: udp.sourcePort, destinationPort: udp.destinationPort, vlan: vlan)
        default:
            throw .otherProtocol
        }
    }
}
