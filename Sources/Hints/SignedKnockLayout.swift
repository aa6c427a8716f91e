/// The datagram of a signed knock, all 120 bytes (docs/PROTOCOL.md, "The datagram"):
///
///      0  hint       8
///      8  nonce     16
///     24  body      64, encrypted
///     88  tag       32
package enum SignedKnockLayout {
    package static let byteCount = 120
    package static let hint = 0..<8
    package static let nonce = 8..<24
    package static let body = 24..<88
    package static let tag = 88..<120
    /// The bytes that the tag authenticates.
    package static let tagged = 0..<88
    /// The default UDP port of signed knocks.
    package static let defaultPort: UInt16 = 62_201
}
