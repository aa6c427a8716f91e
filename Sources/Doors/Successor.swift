/// An opening that begins when the one in its place has closed.
struct Successor: Equatable {
    /// Its commands are those of the last knock that asked for it; its holds are those of all who did.
    var opening: Opening
    /// Whose knock that was: start is to run among his commands.
    let starter: Holder
}
