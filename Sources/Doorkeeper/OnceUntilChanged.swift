/// What was said last of one matter: it is said once, and again when it has become something else meanwhile.
struct OnceUntilChanged<State: Equatable> {
    private var told: State?

    /// Whether this was not what was said last. It is what is said last from now on.
    mutating func isNews(_ state: State) -> Bool {
        defer { told = state }
        return told != state
    }

    /// The matter is over: what is said of it next is news.
    ///
    /// - Returns: whether anything was said of it.
    @discardableResult
    mutating func forget() -> Bool {
        defer { told = nil }
        return told != nil
    }
}
