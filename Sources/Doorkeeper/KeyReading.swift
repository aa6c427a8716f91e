import Configuration
import Keys
import Ledger
import Linux

/// Result of reading the key directory.
struct KeyReading {
    /// Result of trying to take the lock beside the keys.
    enum Lock {
        /// The directory cannot be used, so the lock was not tried.
        case untried
        /// The lock is held, as before.
        case kept
        /// The lock was newly acquired. Another daemon may have used these keys before. `uses` is when, by the ledgers
        /// of all daemons; nil if one of them cannot be read.
        case acquired(uses: [GenerationID: KeyUse]?)
        /// Another daemon has the lock, with this process id if that is known.
        case taken(by: String?)
        /// The lock file cannot be made.
        case failed(SystemError)
    }

    let found: KeyDirectory
    let lock: Lock
    /// Why changes of the key files are not seen.
    let watchFault: SystemError?
}
