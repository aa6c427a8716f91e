package import Packets

/// One packet of a sequence: a protocol and a port.
package struct Knock: Hashable, Sendable, CustomStringConvertible {
    /// The protocol, numbered as in the IP header.
    package enum TransportProtocol: UInt8, Sendable {
        case tcp = 6
        case udp = 17
    }

    package let transport: TransportProtocol
    package let port: UInt16

    package init(_ transport: TransportProtocol, _ port: UInt16) {
        self.transport = transport
        self.port = port
    }

    /// The knock that this packet would be.
    package init(_ packet: Packet) {
        switch packet.transport {
        case .tcp: transport = .tcp
        case .udp: transport = .udp
        }
        port = packet.destinationPort
    }

    /// The knock as knockd.conf writes it: `7000:tcp`.
    package var description: String {
        "\(port):\(transport == .tcp ? "tcp" : "udp")"
    }
}
