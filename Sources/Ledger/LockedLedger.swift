/// A ledger that this daemon has to itself, and that has not been read yet.
package struct LockedLedger: ~Copyable {
    private let places: LedgerPlaces
    private let bootID: String
    private let mayStayInMemory: Bool

    /// Locks the ledger. One that cannot be written is no error; one that another daemon has is.
    ///
    /// - Parameters:
    ///   - stateFile: an absolute path; its directory is made if that one's parent is there.
    ///   - interfaces: where this daemon is to listen.
    ///   - mayStepAside: whether another name will do, with the interfaces added to it, where a daemon at other interfaces
    ///     has this one.
    ///   - fallbackDirectory: made likewise.
    ///   - mayStayInMemory: whether openings are to be known to this process alone where it has no place to write at all,
    ///     as in many containers: nobody has named the file.
    ///   - mayLeaveOut: whether it will do to listen at some of the interfaces, where a daemon with another name has others.
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
