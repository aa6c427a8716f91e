import Ledger
import Linux

/// The key directory in use, and whether another daemon has its lock.
struct KeyLockState {
    /// The key directory; nil while no keys are used.
    private(set) var directory: String?
    /// Whether another daemon has the lock, so that no key is used here.
    private(set) var isTaken = false

    /// The key directory if its keys are used here; nil otherwise.
    var ownDirectory: String? { isTaken ? nil : directory }

    /// Sets the key directory; nil if no keys are used.
    mutating func use(_ directory: String?) {
        if directory == self.directory { return }
        (self.directory, isTaken) = (directory, false)
    }

    /// Updates the state from an attempt to take the lock.
    ///
    /// - Returns: the fault to log, if the attempt failed.
    mutating func take(_ outcome: KeyReading.Lock) -> String? {
        let directory = directory ?? ""
        switch outcome {
        case .untried, .kept: return nil
        case .acquired:
            isTaken = false
            return nil
        case .taken(let process):
            isTaken = true
            return
                "\(directory): \(process.map { "process \($0)" } ?? "another process") uses these keys, so every "
                + "knock would be valid twice: this daemon refuses signed knocks; stop the other one, or set "
                + "KeyDirectory in [options] to another directory"
        case .failed(let reason):
            isTaken = false
            return "\(KeyDirectoryLock.path(in: directory)): \(reason.reason); with a second daemon on these keys, "
                + "every knock would be valid twice"
        }
    }
}
