package import Knocks

/// The packets that a Listener has seen at several interfaces.
///
/// Captures for sequences and captures for signed knocks have a filter each: a datagram that both kinds receive must be
/// new once for each, in whatever order they are read.
package struct CaptureDuplicates: ~Copyable {
    package var ofSequences: DuplicateFilter
    package var ofSigned: DuplicateFilter

    /// - Parameter hash: keyed with secret random bytes.
    package init(hash: SipHash) {
        ofSequences = DuplicateFilter(hash: hash)
        ofSigned = DuplicateFilter(hash: hash)
    }
}
