/// An opening that begins when the one in its place has closed.
struct Successor: Equatable {
    /// Its commands are those of the last knock that asked for it. Its holds are those of all who did.
    var opening: Opening
    /// The holder of that knock: start runs in its lane.
    let starter: Holder
}
