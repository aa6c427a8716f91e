import Configuration
import Keys
import Ledger
import Linux

/// The key files, their lock and the clock. It reads and waits for the input of `KeyService`, and decides nothing.
struct KeyFiles {
    /// Wakes when the wall clock was set, and when a generation retires.
    let clock: ClockWatch
    /// Wakes when a key file may have changed.
    let changes: FileWatch
    /// The key directory; nil while no keys are used.
    private var directory: String?
    /// Why changes of the key files are not seen.
    private var watchFault: SystemError?
    /// Lock of the directory, held while its keys are used.
    private var lock: KeyDirectoryLock?
    /// Tells whether the ledger has seen all knocks of these keys.
    private var trust: ReplayTrust

    /// - Parameter ledgerID: id of the ledger, once it has recorded the floors of this boot.
    init(ledgerID: String?) throws(SystemError) {
        clock = try ClockWatch()
        changes = try FileWatch()
        trust = ReplayTrust(ledgerID: ledgerID)
    }

    /// Sets the key directory; nil if no keys are used. Another directory may have another ledger's mark.
    mutating func use(_ directory: String?) {
        if directory != self.directory {
            self.directory = directory
            trust.directoryDiffers()
            lock = nil
        }
        if let directory { watchFault = changes.watch(directory) }
    }

    /// Reads the key files, and takes the lock of the directory if it can be used.
    ///
    /// - Parameters:
    ///   - inUse: the key of each generation that is in use now.
    ///   - isLockTaken: whether another daemon had the lock at the last reading.
    ///   - uses: returns when keys were used by all ledgers. It is called if the lock is newly acquired.
    mutating func read(
        _ options: Configuration.Options, preferring inUse: [GenerationID: KeyName], isLockTaken: Bool,
        uses: () -> [GenerationID: KeyUse]?
    ) -> KeyReading {
        let found = KeyDirectory.read(options.keyDirectory, serverName: options.serverName, preferring: inUse)
        let outcome: KeyReading.Lock =
            found.isUsable ? takeLock(in: options.keyDirectory, isPatient: !isLockTaken, uses: uses) : .untried
        return KeyReading(found: found, lock: outcome, watchFault: watchFault)
    }

    private mutating func takeLock(
        in directory: String, isPatient: Bool, uses: () -> [GenerationID: KeyUse]?
    ) -> KeyReading.Lock {
        if lock?.isInPlace ?? false { return .kept }
        // The directory was replaced: its mark may be another ledger's.
        if lock != nil { trust.keysMayDiffer() }
        lock = nil
        do throws(KeyDirectoryLock.Refusal) {
            lock = try KeyDirectoryLock(directory: directory, isPatient: isPatient)
            return .acquired(uses: uses())
        } catch {
            switch error {
            case .held(let process): return .taken(by: process)
            case .failed(let reason): return .failed(reason)
            }
        }
    }

    /// Compares the mark beside the keys with the ledger.
    ///
    /// - Returns: the loss that the mark shows, to be recorded before `writeMark`.
    mutating func compareMark() -> ReplayLoss? {
        guard let directory else { return nil }
        return trust.compareMark(in: directory)
    }

    /// Writes this ledger's mark, unless it is in place.
    ///
    /// - Returns: the loss if it cannot be written.
    mutating func writeMark() -> ReplayLoss? {
        guard let directory else { return nil }
        return trust.writeMark(in: directory)
    }
}
