package import Knocks

/// What a Listener has seen at several interfaces. The captures for sequences and those for signed knocks have a filter
/// each: a datagram that both kinds let through is to count once for each, in whatever order they are read.
package struct CaptureDuplicates: ~Copyable {
    package var ofSequences: DuplicateFilter
    package var ofSigned: DuplicateFilter

    /// - Parameter hash: keyed with random bytes that nobody else knows.
    package init(hash: SipHash) {
        ofSequences = DuplicateFilter(hash: hash)
        ofSigned = DuplicateFilter(hash: hash)
    }
}
