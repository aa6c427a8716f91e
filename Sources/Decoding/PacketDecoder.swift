package import Packets

/// Decodes captured frames of one link type into packets.
package struct PacketDecoder: Sendable {
    private let linkType: LinkType

    package init(linkType: LinkType) {
        self.linkType = linkType
    }

    /// Decodes one frame from its captured bytes; reads nothing beyond them.
    package func decode(_ bytes: RawSpan) throws(DecodeError) -> Packet {
        try decodeFrame(bytes).packet
    }

    /// Decodes one frame, and says where its packet arrived and which captured bytes it is.
    package func decodeFrame(_ bytes: RawSpan) throws(DecodeError) -> Frame {
        let link = try LinkHeader(reading: bytes, as: linkType)
        if link.isOutgoing { throw .outgoing }
        switch link.etherType {
        case LinkHeader.ipv4: return try Self.frame(bytes, link, IPv4Header(reading: bytes, at: link.payloadStart))
        case LinkHeader.ipv6: return try Self.frame(bytes, link, IPv6Header(reading: bytes, at: link.payloadStart))
        default: throw .notIP
        }
    }

    private static func frame(_ bytes: RawSpan, _ link: LinkHeader, _ ip: some IPHeader) throws(DecodeError) -> Frame {
        switch ip.transport {
        case 6:
            let tcp = try TCPHeader(reading: bytes, in: ip.payload)
            return frame(link, ip, .tcp(tcp.flags), from: tcp.sourcePort, to: tcp.destinationPort, datagram: nil)
        case 17:
            let udp = try UDPHeader(reading: bytes, in: ip.payload)
            return frame(
                link, ip, .udp, from: udp.sourcePort, to: udp.destinationPort,
                datagram: ip.isFirstFragment ? nil : udp.payload)
        default:
            throw .otherProtocol
        }
    }

    private static func frame(
        _ link: LinkHeader, _ ip: some IPHeader, _ transport: Packet.Transport, from sourcePort: UInt16,
        to destinationPort: UInt16, datagram: Range<Int>?
    ) -> Frame {
        let packet = Packet(
            source: ip.source, destination: ip.destination, transport: transport, sourcePort: sourcePort,
            destinationPort: destinationPort, vlan: link.vlan)
        let end = min(ip.payload.upperBound, link.payloadStart + PacketsLimits.identifyingBytes)
        return Frame(
            packet: packet, interface: link.interface, isOnLoopback: link.isOnLoopback,
            identifyingBytes: link.payloadStart..<end, datagram: datagram)
    }
}
