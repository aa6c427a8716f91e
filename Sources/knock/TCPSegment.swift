import Base
import Packets

/// One TCP segment without options and data (RFC 9293, 3.1):
///
///      0  source port            2  destination port
///      4  sequence number
///      8  acknowledgment number
///     12  data offset  13  flags 14  window
///     16  checksum              18  urgent pointer
struct TCPSegment: Equatable {
    /// The window that current kernels offer in a first segment.
    private static let window: UInt16 = 64_240

    var sourcePort: UInt16
    var destinationPort: UInt16
    var flags: TCPFlags
    var sequenceNumber: UInt32
    /// Sent only if the flags contain ACK.
    var acknowledgment: UInt32 = 0

    /// The 20 bytes, with the checksum for these addresses. Both must be IPv4, or both IPv6.
    func bytes(from source: HostAddress, to destination: HostAddress) -> [UInt8] {
        let acknowledgment = flags.contains(.ack) ? self.acknowledgment : 0
        var bytes = sourcePort.bigEndianBytes + destinationPort.bigEndianBytes
        bytes += sequenceNumber.bigEndianBytes + acknowledgment.bigEndianBytes
        bytes += [5 << 4, flags.rawValue] + Self.window.bigEndianBytes
        bytes += [0, 0, 0, 0]
        let checksum = InternetChecksum.of(Self.pseudoHeader(source, destination, length: bytes.count) + bytes)
        bytes.replaceSubrange(16..<18, with: checksum.bigEndianBytes)
        return bytes
    }

    /// The pseudo-header for the checksum: RFC 9293, 3.1 for IPv4; RFC 8200, 8.1 for IPv6.
    private static func pseudoHeader(_ source: HostAddress, _ destination: HostAddress, length: Int) -> [UInt8] {
        // The two forms differ only in zeros, which do not change the sum.
        let from = source.isIPv4 ? source.bytes[12...] : source.bytes[...]
        let to = destination.isIPv4 ? destination.bytes[12...] : destination.bytes[...]
        return from + to + UInt32(length).bigEndianBytes + [0, 0, 0, 6]
    }
}

/// The checksum of the Internet protocols (RFC 1071).
enum InternetChecksum {
    /// The complement of the one's complement sum of all 16-bit words. An odd last byte is the first half of a word.
    static func of(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt64 = 0
        for (index, byte) in bytes.enumerated() { sum += index % 2 == 0 ? UInt64(byte) << 8 : UInt64(byte) }
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
        return ~UInt16(truncatingIfNeeded: sum)
    }
}
