import Linux

/// What wakes the loop beside the roles, the keys and the ledger.
struct LoopSources {
    let signals: Signals
    let timer: DeadlineTimer
    let network: NetworkWatch

    /// - Parameter withRoutes: whether changes of routes count too.
    init(withRoutes: Bool) throws(SystemError) {
        signals = try Signals()
        network = try NetworkWatch(withRoutes: withRoutes)
        timer = try DeadlineTimer()
    }
}
