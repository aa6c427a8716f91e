import Base

/// The transport protocol of a knock.
enum Transport: String, Sendable {
    case tcp, udp
}

/// One knock of a sequence: a port and a transport protocol.
struct Knock: Equatable, Sendable {
    /// Never 0.
    let port: UInt16
    let transport: Transport
}

extension Knock {
    /// Returns the port of a service, or nil if there is no such service.
    typealias ServiceLookup = (_ name: String, _ transport: Transport) -> UInt16?

    /// Reads `port[:proto]` from the command line; the protocol is TCP by default.
    ///
    /// - Parameter onlyUDP: whether to make the knock a datagram whatever its protocol. A wrong protocol is an error
    ///   even then.
    init(_ word: String, onlyUDP: Bool, lookup: ServiceLookup) throws(UsageError) {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts.first ?? ""
        var transport = Transport.tcp
        if parts.count == 2 {
            guard let named = Transport(rawValue: parts[1].lowercased()) else { throw .badProtocol(word: word) }
            transport = named
        }
        if onlyUDP { transport = .udp }
        guard let port = Self.port(name, transport, lookup) else { throw .badPort(word: word) }
        self.init(port: port, transport: transport)
    }

    private static func port(_ name: Substring, _ transport: Transport, _ lookup: ServiceLookup) -> UInt16? {
        if let number = Decimal.number(name) { return UInt16(exactly: number).flatMap { $0 == 0 ? nil : $0 } }
        // Text without a letter is a wrong number. The C library would accept " 7000" and "+7000" as numbers.
        guard name.utf8.contains(where: { (0x61...0x7A).contains($0 | 0x20) }) else { return nil }
        // /etc/services may list a service for one protocol only, while the user knocks with the other.
        return lookup(String(name), transport) ?? lookup(String(name), transport == .tcp ? .udp : .tcp)
    }
}
