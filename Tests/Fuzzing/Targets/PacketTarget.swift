import Packets
import Decoding

extension FuzzTarget {
    /// The decoder agrees with the slow one, and stays within what was captured.
    static func takePacket(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let linkType = LinkType.allCases[Int(first) % LinkType.allCases.count]
        let captured = Array(bytes.dropFirst())
        let frame = unsafe try? PacketDecoder(linkType: linkType).decodeFrame(captured.span.bytes)
        let slow = SlowDecoder.decode(captured, linkType)
        precondition(frame?.packet == slow?.packet, "\(linkType): \(captured)")
        precondition(frame?.datagram == slow?.datagram, "\(linkType): \(captured)")
        if let frame { precondition(captured.indices.contains(frame.identifyingBytes), "\(captured)") }
    }
}

extension Range<Int> {
    fileprivate func contains(_ other: Range<Int>) -> Bool {
        other.lowerBound >= lowerBound && other.upperBound <= upperBound
    }
}
