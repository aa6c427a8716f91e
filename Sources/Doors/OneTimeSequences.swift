import Knocks

/// The sequences of a door that each open it once.
struct OneTimeSequences: Equatable {
    /// The absolute path of the file that they come from.
    let file: String
    /// What stands behind the next one, in the order of the file, and opens the door as well.
    var later: [KnockSequence]
    /// How many of them count at once.
    let window: Int
}
