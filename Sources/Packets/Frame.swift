/// A captured packet: the interface at which it arrived, and its range of the captured bytes.
package struct Frame: Equatable, Sendable {
    package let packet: Packet
    /// The index of the interface at which the packet arrived; 0 if the link layer does not say.
    package let interface: UInt32
    /// Whether the link layer says that this interface is a loopback device.
    package let isOnLoopback: Bool
    /// The captured bytes that distinguish this IP packet from others: from its IP header on, at most 256.
    package let identifyingBytes: Range<Int>
    /// The captured bytes that are the payload of a UDP datagram, as long as its own length field says.
    ///
    /// Nil for TCP, for a fragment, and unless the payload lies within the IP packet and was captured completely.
    package let datagram: Range<Int>?

    package init(
        packet: Packet, interface: UInt32, isOnLoopback: Bool, identifyingBytes: Range<Int>, datagram: Range<Int>?
    ) {
        self.packet = packet
        self.interface = interface
        self.isOnLoopback = isOnLoopback
        self.identifyingBytes = identifyingBytes
        self.datagram = datagram
    }
}
