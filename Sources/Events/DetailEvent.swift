package import Packets

/// Details for debugging.
package enum DetailEvent: Equatable, Sendable {
    /// - Parameter at: local time of the packet.
    case packet(transport: String, from: Endpoint, to: Endpoint, length: Int, at: String)
    case filter(String)
    case localAddress(IPAddress)
    case doorConfigured(name: String, sequence: String, timeout: Int)

    /// Source or destination of a packet.
    package struct Endpoint: Equatable, Sendable {
        package let address: IPAddress
        package let port: UInt16

        package init(_ address: IPAddress, _ port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    var facts: EventFacts {
        switch self {
        case .packet(let transport, let from, let to, let length, let moment):
            EventFacts(
                "\(moment): \(transport): \(from.address):\(from.port) -> \(to.address):\(to.port) \(length) bytes")
        case .filter(let expression): EventFacts("filter: \(expression)")
        case .localAddress(let address): EventFacts("local IP: \(address)")
        case .doorConfigured(let name, let sequence, let timeout):
            EventFacts("config: \(name): sequence: \(sequence), seq_timeout: \(timeout)")
        }
    }
}
