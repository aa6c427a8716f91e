import Knocks

/// The one-time sequences of a door: each opens it once.
struct OneTimeSequences: Equatable {
    /// Absolute path of their file.
    let file: String
    /// The sequences after the next one that open the door too, in the file's order.
    var later: [KnockSequence]
    /// Number of sequences that are valid at once.
    let window: Int
}
