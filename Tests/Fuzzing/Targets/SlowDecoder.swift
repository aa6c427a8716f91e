import Decoding
import Packets

/// A second decoder, written from the protocols' documents without a look at the first one, and without a thought of speed:
/// the two must agree about every frame.
struct SlowDecoder {
    /// A packet, and which bytes are the payload of its datagram.
    struct Result: Equatable {
        let packet: Packet
        let datagram: Range<Int>?
    }

    private let bytes: [UInt8]

    /// What a frame carries; nil if no packet that counts.
    static func decode(_ bytes: [UInt8], _ linkType: LinkType) -> Result? {
        SlowDecoder(bytes: bytes).frame(linkType)
    }

    private func byte(_ place: Int) -> Int? { bytes.indices.contains(place) ? Int(bytes[place]) : nil }

    private func word(_ place: Int) -> Int? {
        guard let high = byte(place), let low = byte(place + 1) else { return nil }
        return high * 256 + low
    }

    // MARK: Links

    private func frame(_ linkType: LinkType) -> Result? {
        switch linkType {
        case .ethernet: return tagged(typeAt: 12, payloadAt: 14)
        case .linuxCooked:
            guard let direction = word(0), word(2) != nil, direction != 4 else { return nil }
            return tagged(typeAt: 14, payloadAt: 16)
        case .linuxCooked2:
            guard let type = word(0), bytes.count >= 11, bytes[10] != 4 else { return nil }
            return internet(type, at: 20, vlan: nil)
        case .rawIPv4: return internet(0x0800, at: 0, vlan: nil)
        case .rawIPv6: return internet(0x86DD, at: 0, vlan: nil)
        case .rawIP: return byVersion(at: 0)
        case .bsdLoopback, .openBSDLoopback: return byVersion(at: 4)
        }
    }

    private func byVersion(at start: Int) -> Result? {
        guard let first = byte(start) else { return nil }
        return internet(first / 16 == 6 ? 0x86DD : 0x0800, at: start, vlan: nil)
    }

    /// At most one tag; a number of 0 is none, 4095 is not one.
    private func tagged(typeAt place: Int, payloadAt start: Int) -> Result? {
        guard let type = word(place) else { return nil }
        guard [0x8100, 0x88A8, 0x9100].contains(type) else { return internet(type, at: start, vlan: nil) }
        guard let tag = word(start), let inner = word(start + 2), tag % 4096 != 4095 else { return nil }
        return internet(inner, at: start + 4, vlan: tag % 4096 == 0 ? nil : UInt16(tag % 4096))
    }

    // MARK: IP

    private func internet(_ type: Int, at start: Int, vlan: UInt16?) -> Result? {
        switch type {
        case 0x0800: fourth(at: start, vlan)
        case 0x86DD: sixth(at: start, vlan)
        default: nil
        }
    }

    private func address(_ place: Int, _ count: Int) -> IPAddress? {
        guard place + count <= bytes.count else { return nil }
        let part = Array(bytes[place..<place + count])
        return IPAddress(bytes: count == 4 ? [UInt8](repeating: 0, count: 10) + [255, 255] + part : part)
    }

    private func fourth(at start: Int, _ vlan: UInt16?) -> Result? {
        guard let first = byte(start), let total = word(start + 2), let fragment = word(start + 6),
            let transport = byte(start + 9), let source = address(start + 12, 4),
            let destination = address(start + 16, 4)
        else { return nil }
        let header = first % 16 * 4
        guard first / 16 == 4, header >= 20, total >= header, fragment % 8192 == 0 else { return nil }
        let end = min(start + total, bytes.count)
        if start + header > end { return nil }
        return transported(
            transport, start + header..<end, isWhole: fragment & 0x2000 == 0, from: source, to: destination, vlan)
    }

    private func sixth(at start: Int, _ vlan: UInt16?) -> Result? {
        guard let first = byte(start), first / 16 == 6, let length = word(start + 4), var next = byte(start + 6),
            let source = address(start + 8, 16), let destination = address(start + 24, 16), !source.isIPv4,
            !destination.isIPv4
        else { return nil }
        var rest = start + 40..<max(start + 40, min(start + 40 + length, bytes.count))
        if start + 40 > bytes.count { return nil }
        var isWhole = true
        var extensions = 0
        while [0, 43, 44, 60].contains(next) {
            extensions += 1
            guard extensions < 8, let following = byte(rest.lowerBound), let second = byte(rest.lowerBound + 1) else {
                return nil
            }
            if next == 44 {
                guard let offset = word(rest.lowerBound + 2), offset / 8 == 0 else { return nil }
                if offset % 2 == 1 { isWhole = false }
            }
            let size = next == 44 ? 8 : 8 + second * 8
            if rest.count < size { return nil }
            rest = rest.dropFirst(size)
            next = following
        }
        return transported(next, rest, isWhole: isWhole, from: source, to: destination, vlan)
    }

    // MARK: Transports

    private func transported(
        _ number: Int, _ part: Range<Int>, isWhole: Bool, from source: IPAddress, to destination: IPAddress,
        _ vlan: UInt16?
    ) -> Result? {
        let start = part.lowerBound
        guard [6, 17].contains(number), part.count >= (number == 6 ? 20 : 8), let from = word(start),
            let to = word(start + 2)
        else { return nil }
        if number == 6, bytes[start + 12] / 16 < 5 { return nil }
        let transport: Packet.Transport = number == 6 ? .tcp(TCPFlags(rawValue: bytes[start + 13])) : .udp
        var datagram: Range<Int>?
        if number == 17, isWhole, let length = word(start + 4), length >= 8, length <= part.count {
            datagram = start + 8..<start + length
        }
        return Result(
            packet: Packet(
                source: source, destination: destination, transport: transport, sourcePort: UInt16(from),
                destinationPort: UInt16(to), vlan: vlan),
            datagram: datagram)
    }
}
