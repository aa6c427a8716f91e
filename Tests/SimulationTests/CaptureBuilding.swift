import Base
import Packets

/// Packets, frames and capture files as bytes.
enum Capture {
    /// One captured frame, and when.
    struct Captured {
        let moment: Milliseconds
        let bytes: [UInt8]
    }

    /// The moment from which tests count: 2023-11-14 22:13:20 UTC.
    static let start: Milliseconds = 1_700_000_000_000

    static func big(_ number: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * (bytes - 1 - $0))) }
    }

    private static func little(_ number: Int, _ bytes: Int) -> [UInt8] { big(number, bytes).reversed() }

    /// An IP packet to a port: a TCP segment with flags, or a datagram.
    static func packet(
        _ port: Int, flags: TCPFlags? = .syn, from source: String = "198.18.1.2", to host: String = "198.18.1.1"
    ) -> [UInt8] {
        let tail = flags.map { big(0, 8) + [0x50, $0.rawValue] + big(0, 6) } ?? big(8, 2) + big(0, 2)
        let segment = big(41706, 2) + big(port, 2) + tail
        let transport: UInt8 = flags == nil ? 17 : 6
        let ends = [source, host].compactMap { IPAddress($0)?.bytes }
        if host.contains(":") {
            return [0x60, 0, 0, 0] + big(segment.count, 2) + [transport, 64] + ends[0] + ends[1] + segment
        }
        return [0x45, 0] + big(20 + segment.count, 2) + [0, 0, 0, 0, 64, transport, 0, 0]
            + ends[0][12...] + ends[1][12...] + segment
    }

    static func ethernet(_ ip: [UInt8], vlan: Int? = nil) -> [UInt8] {
        let tag = vlan.map { big(0x8100, 2) + big($0, 2) } ?? []
        return [UInt8](repeating: 2, count: 12) + tag + big(ip[0] >> 4 == 6 ? 0x86DD : 0x0800, 2) + ip
    }

    static func linuxCooked2(_ ip: [UInt8], interface: Int, hardware: Int = 1) -> [UInt8] {
        big(0x0800, 2) + big(0, 2) + big(interface, 4) + big(hardware, 2) + [0, 6] + big(0, 8) + ip
    }

    /// Frames, each so many milliseconds after the one before it.
    static func every(_ step: Milliseconds, _ frames: [[UInt8]]) -> [Captured] {
        frames.enumerated().map { Captured(moment: start + Milliseconds($0) * step, bytes: $1) }
    }

    /// A pcap file (draft-ietf-opsawg-pcap), little-endian, with microseconds.
    static func pcap(_ frames: [Captured], linkType: Int = 1) -> [UInt8] {
        var file = little(0xA1B2_C3D4, 4) + little(2, 2) + little(4, 2) + little(0, 8)
        file += little(65535, 4) + little(linkType, 4)
        for frame in frames {
            file += little(Int(frame.moment / 1000), 4) + little(Int(frame.moment % 1000) * 1000, 4)
            file += little(frame.bytes.count, 4) + little(frame.bytes.count, 4) + frame.bytes
        }
        return file
    }

    /// A pcapng file (draft-ietf-opsawg-pcapng) with one Ethernet interface, whose clock counts microseconds.
    static func pcapng(_ frames: [Captured]) -> [UInt8] {
        func block(_ type: Int, _ body: [UInt8]) -> [UInt8] {
            let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
            let length = little(padded.count + 12, 4)
            return little(type, 4) + length + padded + length
        }
        let section = block(0x0A0D_0D0A, little(0x1A2B_3C4D, 4) + little(1, 2) + little(0, 2) + little(-1, 8))
        let interface = block(1, little(1, 2) + little(0, 2) + little(65535, 4))
        return section + interface
            + frames.flatMap { frame in
                let moment = Int(frame.moment) * 1000
                let length = little(frame.bytes.count, 4)
                let head = little(0, 4) + little(moment >> 32, 4) + little(moment & 0xFFFF_FFFF, 4)
                return block(6, head + length + length + frame.bytes)
            }
    }
}
