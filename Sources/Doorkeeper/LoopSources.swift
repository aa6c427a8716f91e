import Linux

/// Sources that wake the loop, besides the roles, the keys and the ledger.
struct LoopSources {
    let signals: Signals
    let timer: DeadlineTimer
    let network: NetworkWatch

    /// - Parameter withRoutes: whether to watch changes of routes too.
    init(withRoutes: Bool) throws(SystemError) {
        signals = try Signals()
        network = try NetworkWatch(withRoutes: withRoutes)
        timer = try DeadlineTimer()
    }
}
