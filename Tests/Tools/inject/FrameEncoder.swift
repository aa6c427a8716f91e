/// Turns a description into the bytes of an Ethernet frame, checksums right unless the segment is cut.
struct FrameEncoder {
    let hardware: HardwareAddress

    func encode(_ frame: FrameDescription) -> [UInt8] { ethernetHeader(frame) + packet(frame) }

    /// The IP packet alone.
    func packet(_ frame: FrameDescription) -> [UInt8] {
        var segment = self.segment(frame)
        if let kept = frame.keptBytes { segment = Array(segment.prefix(kept)) }
        let header = frame.source.isIPv6 ? ipv6Header(frame, segment.count) : ipv4Header(frame, segment.count)
        return header + segment
    }

    private func ethernetHeader(_ frame: FrameDescription) -> [UInt8] {
        var header = hardware.bytes + [2, 0, 0, 0, 0, 2]
        if let (etherType, tag) = frame.outerTag { header += big(etherType) + big(tag) }
        if let vlan = frame.vlan { header += big(0x8100) + big(vlan) }
        return header + big(frame.source.isIPv6 ? 0x86dd : 0x0800)
    }

    private func ipv4Header(_ frame: FrameDescription, _ length: Int) -> [UInt8] {
        let size = 20 + frame.optionBytes
        var header: [UInt8] = [0x40 | UInt8(size / 4), 0] + big(size + length) + big(1) + big(frame.fragmentField)
        header += [64, frame.isUDP ? 17 : 6, 0, 0] + frame.source.bytes + frame.destination.bytes
        header += [UInt8](repeating: 1, count: frame.optionBytes)
        header.replaceSubrange(10..<12, with: big(Checksum(header).value))
        return header
    }

    private func ipv6Header(_ frame: FrameDescription, _ length: Int) -> [UInt8] {
        let payload: UInt8 = frame.isUDP ? 17 : 6
        var next = payload
        var extra: [UInt8] = []
        if let kind = frame.optionsExtension {
            next = kind
            extra = [payload, 0, 1, 4, 0, 0, 0, 0]
        } else if frame.fragmentExtension {
            next = 44
            extra = [payload, 0] + big(frame.fragmentField) + [0, 0, 0, 1]
        }
        let addresses = frame.source.bytes + frame.destination.bytes
        return [0x60, 0, 0, 0] + big(extra.count + length) + [next, 64] + addresses + extra
    }

    private func segment(_ frame: FrameDescription) -> [UInt8] {
        let ports = big(Int(frame.sourcePort)) + big(Int(frame.port))
        var bytes: [UInt8]
        if frame.isUDP {
            let payload = frame.data ?? frame.payloadBytes.map { [UInt8](repeating: 0, count: $0) } ?? [0x6b]
            bytes = ports + big(frame.toldLength ?? 8 + payload.count) + [0, 0] + payload
        } else {
            bytes = ports + [0, 0, 3, 232, 0, 0, 0, 0, 5 << 4, frame.flags] + big(64_240) + [0, 0, 0, 0]
        }
        let pseudo = frame.source.bytes + frame.destination.bytes + [0, frame.isUDP ? 17 : 6] + big(bytes.count)
        let place = frame.isUDP ? 6 : 16
        bytes.replaceSubrange(place..<place + 2, with: big(Checksum(pseudo + bytes).value))
        return bytes
    }
}

func big(_ value: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)] }
