import Base

/// What carries a knock.
enum Transport: String, Sendable {
    case tcp, udp
}

/// One knock of a sequence: a port, and the kind of packet that is sent to it.
struct Knock: Equatable, Sendable {
    /// Never 0.
    let port: UInt16
    let transport: Transport
}

extension Knock {
    /// The port that belongs to a service's name, or nil if there is no such service.
    typealias ServiceLookup = (_ name: String, _ transport: Transport) -> UInt16?

    /// Reads `port[:proto]` as it stands on the command line; TCP where no protocol is named.
    ///
    /// - Parameter onlyUDP: whether the knock is a datagram whatever the word says; what it says must still be right.
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
        // Without a letter it is a number gone wrong. The C library would take " 7000" and "+7000" for numbers.
        guard name.utf8.contains(where: { (0x61...0x7A).contains($0 | 0x20) }) else { return nil }
        // A service may stand in /etc/services for one protocol only, and be knocked at with the other.
        return lookup(String(name), transport) ?? lookup(String(name), transport == .tcp ? .udp : .tcp)
    }
}
