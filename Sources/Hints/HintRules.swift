/// What the kernel's filter does with datagrams to the signed port, by their hints.
package struct HintRules: Equatable, Sendable {
    /// The only hints that pass; nil lets all datagrams pass.
    package var only: [UInt64]?
    /// Hints of which one datagram in 2^n passes, at random, and their n.
    package var thinned: [UInt64: Int]

    package init(only: [UInt64]? = nil, thinned: [UInt64: Int] = [:]) {
        self.only = only
        self.thinned = thinned
    }

    /// Whether every datagram passes.
    package var passAll: Bool { only == nil && thinned.isEmpty }
}
