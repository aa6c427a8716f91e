/// The knocks that open a door, in order: 1 to 32 of them.
package struct KnockSequence: Hashable, Sendable {
    package let knocks: [Knock]

    /// Nil unless there are 1 to 32 knocks.
    package init?(_ knocks: [Knock]) {
        guard (1...KnocksLimits.knocksOfSequence).contains(knocks.count) else { return nil }
        self.knocks = knocks
    }

    package var first: Knock { knocks[0] }
    package var count: Int { knocks.count }
}
