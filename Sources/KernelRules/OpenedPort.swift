import Base
package import Knocks

/// The port that a door opens.
package struct OpenedPort: Hashable, Sendable, CustomStringConvertible {
    package let transport: Knock.TransportProtocol
    package let number: UInt16

    package init(_ transport: Knock.TransportProtocol, _ number: UInt16) {
        self.transport = transport
        self.number = number
    }

    /// Reads a port: `22/tcp`, `51820/udp`, or `22`, which is TCP. Nil if the text is not a port.
    package init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let number = Self.number(halves[0]) else { return nil }
        switch halves.count == 2 ? halves[1].lowercased() : "tcp" {
        case "tcp": self.init(.tcp, number)
        case "udp": self.init(.udp, number)
        default: return nil
        }
    }

    /// Reads a port's number, digits only; nil for other texts. A leading zero is rejected, since iptables would read
    /// the number as octal.
    static func number(_ text: some StringProtocol) -> UInt16? {
        text.hasPrefix("0") ? nil : Decimal.number(text).flatMap { UInt16(exactly: $0) }
    }

    package var description: String { "\(number)/\(transport.word)" }
}

extension Knock.TransportProtocol {
    /// The protocol's word in iptables and nft.
    var word: String { self == .tcp ? "tcp" : "udp" }
}
