package import Packets

/// Which TCP segments a door sees: `tcpflags` of knockd.conf. Flags that it does not name do not matter.
package struct TCPFlagRule: Hashable, Sendable {
    /// Flags that must be set.
    package var required: TCPFlags
    /// Flags that must be clear.
    package var forbidden: TCPFlags

    /// A rule; with both sets empty it admits every segment, as knockd without `tcpflags`.
    package init(required: TCPFlags = [], forbidden: TCPFlags = []) {
        self.required = required
        self.forbidden = forbidden
    }

    /// The first segment of a connection.
    package static let initialSYN = TCPFlagRule(required: .syn, forbidden: [.ack, .rst, .fin])

    /// Whether a segment with these flags is seen.
    package func admits(_ flags: TCPFlags) -> Bool {
        flags.isSuperset(of: required) && flags.isDisjoint(with: forbidden)
    }

    /// Whether the first segment of a connection, SYN alone, is seen: what every ordinary client sends.
    package var admitsConnectionAttempts: Bool { admits(.syn) }
}
