/// A packet as it was captured: where it came in, and which of the captured bytes it is.
package struct Frame: Equatable, Sendable {
    package let packet: Packet
    /// The number of the interface that the packet came in by; 0 where the link layer does not say.
    package let interface: UInt32
    /// Whether the link layer says that this interface is a loopback device.
    package let isOnLoopback: Bool
    /// Which of the captured bytes tell this IP packet from others: those from its header on, at most 256.
    package let identifyingBytes: Range<Int>
    /// Which of the captured bytes are the payload of a UDP datagram, as many as its own length field says; nil unless
    /// they lie within the IP packet and were all captured, for a fragment, and for TCP.
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
