package import Packets

/// Decides which TCP segments a door sees: `tcpflags` of knockd.conf. Flags that the directive does not name do not
/// matter.
package struct TCPFlagRule: Hashable, Sendable {
    /// Flags that must be set.
    package var required: TCPFlags
    /// Flags that must be clear.
    package var forbidden: TCPFlags

    /// An empty rule admits every segment, as knockd does without `tcpflags`.
    package init(required: TCPFlags = [], forbidden: TCPFlags = []) {
        self.required = required
        self.forbidden = forbidden
    }

    /// Admits the first segment of a connection.
    package static let initialSYN = TCPFlagRule(required: .syn, forbidden: [.ack, .rst, .fin])

    /// Whether the rule admits a segment with these flags.
    package func admits(_ flags: TCPFlags) -> Bool {
        flags.isSuperset(of: required) && flags.isDisjoint(with: forbidden)
    }

    /// Whether the rule admits SYN alone, which every ordinary client sends first.
    package var admitsConnectionAttempts: Bool { admits(.syn) }
}
