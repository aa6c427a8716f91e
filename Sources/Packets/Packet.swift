/// The fields of a packet that doors can depend on.
package struct Packet: Equatable, Sendable {
    /// The transport protocol.
    package enum Transport: Equatable, Sendable {
        case tcp(TCPFlags)
        case udp
    }

    package let source: IPAddress
    package let destination: IPAddress
    package let transport: Transport
    package let sourcePort: UInt16
    package let destinationPort: UInt16
    /// The VLAN id of the frame's tag; nil without a tag.
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
