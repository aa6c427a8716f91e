/// The knocks that open a door, in their order: 1 to 32 of them.
package struct KnockSequence: Hashable, Sendable {
    package let knocks: [Knock]

    /// A sequence of these knocks; nil if there is none, or there are more than 32.
    package init?(_ knocks: [Knock]) {
        guard (1...KnocksLimits.knocksOfSequence).contains(knocks.count) else { return nil }
        self.knocks = knocks
    }

    package var first: Knock { knocks[0] }
    package var count: Int { knocks.count }
}
