/// A ledger that only this daemon uses, before it is read.
package struct LockedLedger: ~Copyable {
    private let places: LedgerPlaces
    private let bootID: String
    private let mayStayInMemory: Bool

    /// Locks the ledger. A ledger that cannot be written is not an error; one that another daemon uses is.
    ///
    /// - Parameters:
    ///   - stateFile: an absolute path; its directory is created if the parent directory exists.
    ///   - interfaces: where this daemon will listen.
    ///   - mayStepAside: whether to use another name, with the interfaces added to it, if a daemon at other interfaces
    ///     uses this one.
    ///   - fallbackDirectory: created in the same way.
    ///   - mayStayInMemory: whether to record openings in this process only if neither place can be written at all, as
    ///     in many containers. For a file that the configuration does not name.
    ///   - mayLeaveOut: whether it is enough to listen at some of the interfaces, if a daemon with another name listens
    ///     at others.
    package init(
        stateFile: String, interfaces: [String] = [], mayStepAside: Bool = false,
        fallbackDirectory: String = Ledger.fallbackDirectory, bootID: String, mayStayInMemory: Bool = false,
        mayLeaveOut: Bool = false
    ) throws(Ledger.LedgerError) {
        if let fault = Ledger.fault(stateFile: stateFile, fallbackDirectory: fallbackDirectory) {
            throw .untrusted(fault)
        }
        places = try LedgerPlaces(
            LedgerFamily(stateFile: stateFile, fallbackDirectory: fallbackDirectory), interfaces: interfaces,
            mayStepAside: mayStepAside, mayLeaveOut: mayLeaveOut)
        self.bootID = bootID
        self.mayStayInMemory = mayStayInMemory && places.elder == nil && places.areNowhere
    }

    /// Reads what earlier runs have left, and begins to write.
    package consuming func load() -> LoadedLedger {
        LoadedLedger(places, bootID: bootID, mayStayInMemory: mayStayInMemory)
    }
}
