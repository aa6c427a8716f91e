/// What of a packet the doors can care about.
package struct Packet: Equatable, Sendable {
    /// The protocol above IP.
    package enum Transport: Equatable, Sendable {
        case tcp(TCPFlags)
        case udp
    }

    package let source: IPAddress
    package let destination: IPAddress
    package let transport: Transport
    package let sourcePort: UInt16
    package let destinationPort: UInt16
    /// The VLAN whose tag the frame bears; nil is none.
    package let vlan: UInt16?

    package init(
        source: IPAddress, destination: IPAddress, transport: Transport, sourcePort: UInt16, destinationPort: UInt16,
        vlan: UInt16? = nil
    ) {
        self.vlan = vlan
        self.source = source
        self.destination = destination
        self.transport = transport
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
    }
}
