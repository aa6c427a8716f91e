/// Remembers the last logged state of a matter, so that it is logged again only when it has changed.
struct OnceUntilChanged<State: Equatable> {
    private var told: State?

    /// Whether this state differs from the last one. It is the last one from now on.
    mutating func isNews(_ state: State) -> Bool {
        defer { told = state }
        return told != state
    }

    /// Ends the matter, so that the next state is news in any case.
    ///
    /// - Returns: whether there was a last state.
    @discardableResult
    mutating func forget() -> Bool {
        defer { told = nil }
        return told != nil
    }
}
