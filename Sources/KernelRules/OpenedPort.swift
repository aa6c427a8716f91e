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

    /// A port as people write it: `22/tcp`, `51820/udp`, or `22`, which is TCP. Nil if the text is none.
    package init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let number = Self.number(halves[0]) else { return nil }
        switch halves.count == 2 ? halves[1].lowercased() : "tcp" {
        case "tcp": self.init(.tcp, number)
        case "udp": self.init(.udp, number)
        default: return nil
        }
    }

    /// A port's number, digits only; nil if the text is none. One that begins with a zero would be octal to iptables.
    static func number(_ text: some StringProtocol) -> UInt16? {
        text.hasPrefix("0") ? nil : Decimal.number(text).flatMap { UInt16(exactly: $0) }
    }

    package var description: String { "\(number)/\(transport.word)" }
}

extension Knock.TransportProtocol {
    /// As iptables and nft call it.
    var word: String { self == .tcp ? "tcp" : "udp" }
}
