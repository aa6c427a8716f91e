import Decoding
import Packets
import Testing

/// Bytes from hexadecimal text, field by field; blanks do not matter.
func hex(_ fields: String...) -> [UInt8] {
    let digits = fields.joined().compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The two bytes of a number, the more significant first.
func bigEndian(_ number: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
}

/// An address that the test's author has written correctly.
func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("\(text) is no address") }
    return address
}

/// A TCP header without options, for port 7000.
func tcp(flags: UInt8 = 2, dataOffset: UInt8 = 5, from sourcePort: Int = 41706, to port: Int = 7000) -> [UInt8] {
    bigEndian(sourcePort) + bigEndian(port)
        + hex("01020304", "00000000")  // sequence number, acknowledgement
        + [dataOffset << 4, flags] + hex("FFFF", "0000", "0000")  // window, checksum, urgent pointer
}

/// A UDP header, for port 8000; its length field is that of a datagram of one byte.
func udp(length: Int = 9, from sourcePort: Int = 41706, to port: Int = 8000) -> [UInt8] {
    bigEndian(sourcePort) + bigEndian(port) + bigEndian(length) + hex("0000")
}

/// An IPv4 packet.
func ipv4(
    _ payload: [UInt8], transport: UInt8 = 6, options: [UInt8] = [], totalLength: Int? = nil, fragment: Int = 0,
    source: String = "198.18.1.2", destination: String = "198.18.1.1"
) -> [UInt8] {
    let headerLength = 20 + options.count
    return [0x40 | UInt8(headerLength / 4), 0] + bigEndian(totalLength ?? headerLength + payload.count)
        + hex("1234") + bigEndian(fragment)  // identification
        + [64, transport, 0, 0] + address(source).bytes[12...] + address(destination).bytes[12...] + options + payload
}

/// An IPv6 packet.
func ipv6(
    _ payload: [UInt8], next: UInt8 = 6, payloadLength: Int? = nil,
    source: String = "fd00:198:18:1::2", destination: String = "fd00:198:18:1::1"
) -> [UInt8] {
    hex("60000000") + bigEndian(payloadLength ?? payload.count) + [next, 64]
        + rawBytes(source) + rawBytes(destination) + payload
}

/// The sixteen bytes of an address, mapped ones included.
private func rawBytes(_ text: String) -> [UInt8] { address(text).bytes }

/// An IPv6 extension header of 8 bytes and `extra` times 8 more.
func ipv6Extension(next: UInt8, extra: UInt8 = 0) -> [UInt8] {
    [next, extra] + [UInt8](repeating: 0, count: 6 + 8 * Int(extra))
}

/// An IPv6 fragment header; `field` is the offset, two reserved bits and the more-fragments bit.
func ipv6Fragment(next: UInt8, field: Int) -> [UInt8] {
    [next, 0] + bigEndian(field) + hex("00001234")
}

extension LinkType {
    /// Those that carry both versions of IP.
    static let all: [LinkType] = [
        .ethernet, .rawIP, .linuxCooked, .linuxCooked2, .bsdLoopback, .openBSDLoopback,
    ]

    /// What this link layer puts before a packet that this host receives.
    func header(etherType: Int) -> [UInt8] {
        switch self {
        case .ethernet: hex("020000000001", "020000000002") + bigEndian(etherType)
        case .rawIP, .rawIPv4, .rawIPv6: []
        case .bsdLoopback: etherType == 0x86DD ? hex("1E000000") : hex("02000000")
        case .openBSDLoopback: etherType == 0x86DD ? hex("00000018") : hex("00000002")
        case .linuxCooked: hex("0000", "0001", "0006", "0200000000020000") + bigEndian(etherType)
        case .linuxCooked2:
            bigEndian(etherType) + hex("0000", "00000002", "0001", "00", "06", "0200000000020000")
        }
    }

    /// A frame of this link type around an IP packet.
    func frame(_ packet: [UInt8]) -> [UInt8] {
        header(etherType: packet[0] >> 4 == 6 ? 0x86DD : 0x0800) + packet
    }
}

/// What the decoder makes of a frame; other bytes lie before and behind it in memory.
func decode(_ frame: [UInt8], as linkType: LinkType = .rawIP, amid byte: UInt8 = 0x45) -> Result<Packet, DecodeError> {
    decodeFrame(frame, as: linkType, amid: byte).map(\.packet)
}

/// What the decoder makes of a frame, with where its packet came in.
func decodeFrame(_ frame: [UInt8], as linkType: LinkType = .rawIP, amid byte: UInt8 = 0x45) -> Result<
    Frame, DecodeError
> {
    let other = [UInt8](repeating: byte, count: 64)
    let memory = other + frame + other
    do {
        let bytes = unsafe memory.span.bytes.extracting(other.count..<other.count + frame.count)
        return .success(try PacketDecoder(linkType: linkType).decodeFrame(bytes))
    } catch {
        return .failure(error)
    }
}

/// The packet that a good frame holds.
func packet(
    _ transport: Packet.Transport, from source: String = "198.18.1.2", to destination: String = "198.18.1.1",
    sourcePort: UInt16 = 41706, port: UInt16, vlan: UInt16? = nil
) -> Packet {
    Packet(
        source: address(source), destination: address(destination), transport: transport,
        sourcePort: sourcePort, destinationPort: port, vlan: vlan)
}
