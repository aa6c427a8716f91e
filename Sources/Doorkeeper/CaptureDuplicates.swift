import Knocks

/// What a Listener has seen at several interfaces. The captures for sequences and those for signed knocks have a filter
/// each: a datagram that both kinds let through is to count once for each, in whatever order they are read.
struct CaptureDuplicates: ~Copyable {
    var ofSequences: DuplicateFilter
    var ofSigned: DuplicateFilter

    /// - Parameter hash: keyed with random bytes that nobody else knows.
    init(hash: SipHash) {
        ofSequences = DuplicateFilter(hash: hash)
        ofSigned = DuplicateFilter(hash: hash)
    }
}
