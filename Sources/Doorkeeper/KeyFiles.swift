import Configuration
import Keys
import Ledger
import Linux

/// The files and the clock that keys go by. It reads, locks and waits for what `KeyService` decides by, and decides nothing.
struct KeyFiles {
    /// Wakes when the wall clock was set, and when a generation retires.
    let clock: ClockWatch
    /// Wakes when a key file may have changed.
    let changes: FileWatch
    /// Where the keys are; nil while none is used.
    private var directory: String?
    /// Why changes of the key files are not seen.
    private var watchFault: SystemError?
    /// Held while these keys are used.
    private var lock: KeyDirectoryLock?
    /// Whether the ledger has seen all knocks of the keys.
    private var trust: ReplayTrust

    /// - Parameter ledgerID: of the ledger, once it has recorded the floors of this boot.
    init(ledgerID: String?) throws(SystemError) {
        clock = try ClockWatch()
        changes = try FileWatch()
        trust = ReplayTrust(ledgerID: ledgerID)
    }

    /// Says where the keys are from now on; nil if none is used. In another directory may be another ledger's mark.
    mutating func use(_ directory: String?) {
        if directory != self.directory {
            self.directory = directory
            trust.directoryDiffers()
            lock = nil
        }
        if let directory { watchFault = changes.watch(directory) }
    }

    /// Reads the key files, and takes the lock beside them if the directory can be used.
    ///
    /// - Parameters:
    ///   - inUse: which key each generation belongs to that is in use now.
    ///   - isLockTaken: whether another daemon had the lock at the last reading.
    ///   - uses: when keys were used, as all ledgers know it; asked if the lock is taken now.
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
        // In another directory of this name may be another ledger's mark.
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
    /// - Returns: what is lost by what it says; to be recorded before `writeMark`.
    mutating func compareMark() -> ReplayLoss? {
        guard let directory else { return nil }
        return trust.compareMark(in: directory)
    }

    /// Writes the mark where it is not the ledger's.
    ///
    /// - Returns: what is lost where it cannot be written.
    mutating func writeMark() -> ReplayLoss? {
        guard let directory else { return nil }
        return trust.writeMark(in: directory)
    }
}
