import Configuration
import Keys
import Ledger
import Linux

/// What was found where the keys are.
struct KeyReading {
    /// What came of trying to take the lock beside the keys.
    enum Lock {
        /// The directory cannot be used: nobody has tried.
        case untried
        /// It is held, as before.
        case kept
        /// It was taken now. Another daemon may have used these keys until then, and the ledgers of all say when; nil if one
        /// of them cannot be read.
        case acquired(uses: [GenerationID: KeyUse]?)
        /// Another daemon has it, whose process id is this where that is known.
        case taken(by: String?)
        /// It cannot be made.
        case failed(SystemError)
    }

    let found: KeyDirectory
    let lock: Lock
    /// Why changes of the key files are not seen.
    let watchFault: SystemError?
}
