/// Turns captured frames of one link type into packets.
package struct PacketDecoder: Sendable {
    private static let etherTypeIPv4: UInt16 = 0x0800
    private static let etherTypeIPv6: UInt16 = 0x86DD

    private let linkType: LinkType

    package init(linkType: LinkType) {
        self.linkType = linkType
    }

    /// Decodes one frame, of which `bytes` are all that was captured. Nothing beyond them is read.
    package func decode(_ bytes: RawSpan) throws(DecodeError) -> Packet {
        switch linkType {
        case .ethernet:
            let frame = try EthernetFrame(reading: bytes)
            return try decodeIP(bytes, at: EthernetFrame.headerLength, etherType: frame.etherType)
        case .linuxCooked:
            return try decodeCooked(bytes, try LinuxCookedFrame(reading: bytes))
        case .linuxCooked2:
            return try decodeCooked(bytes, try LinuxCookedFrame(readingVersion2: bytes))
        case .rawIP:
            let version = try bytes.uint8(at: 0) >> 4
            return try decodeIP(bytes, at: 0, etherType: version == 6 ? Self.etherTypeIPv6 : Self.etherTypeIPv4)
        }
    }

    private func decodeCooked(_ bytes: RawSpan, _ frame: LinuxCookedFrame) throws(DecodeError) -> Packet {
        if frame.isOutgoing { throw .outgoing }
        return try decodeIP(bytes, at: frame.headerLength, etherType: frame.etherType)
    }

    private func decodeIP(_ bytes: RawSpan, at start: Int, etherType: UInt16) throws(DecodeError) -> Packet {
        switch etherType {
        case Self.etherTypeIPv4:
            let ip = try IPv4Header(reading: bytes, at: start)
            return try decodeTransport(
                bytes, ip.transport, in: ip.payload, source: ip.source, destination: ip.destination)
        case Self.etherTypeIPv6:
            let ip = try IPv6Header(reading: bytes, at: start)
            return try decodeTransport(
                bytes, ip.transport, in: ip.payload, source: ip.source, destination: ip.destination)
        default:
            throw .notIP
        }
    }

    private func decodeTransport(
        _ bytes: RawSpan, _ number: UInt8, in range: Range<Int>, source: IPAddress, destination: IPAddress
    ) throws(DecodeError) -> Packet {
        switch number {
        case 6:
            let tcp = try TCPHeader(reading: bytes, in: range)
            return Packet(
                source: source, destination: destination, transport: .tcp(tcp.flags),
                sourcePort: tcp.sourcePort, destinationPort: tcp.destinationPort)
        case 17:
            let udp = try UDPHeader(reading: bytes, in: range)
            return Packet(
                source: source, destination: destination, transport: .udp,
                sourcePort: udp.sourcePort, destinationPort: udp.destinationPort)
        default:
            throw .otherProtocol
        }
    }
}
