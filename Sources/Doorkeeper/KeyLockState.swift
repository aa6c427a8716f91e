import Ledger
import Linux

/// Which directory's keys are used, and whether another daemon uses them.
struct KeyLockState {
    /// Where the keys are; nil while none is used.
    private(set) var directory: String?
    /// Whether another daemon has the lock beside them, so that no key is used here.
    private(set) var isTaken = false

    /// Where the keys are that are used here; nil if none is.
    var ownDirectory: String? { isTaken ? nil : directory }

    /// Says where the keys are from now on; nil if none is used.
    mutating func use(_ directory: String?) {
        if directory == self.directory { return }
        (self.directory, isTaken) = (directory, false)
    }

    /// Takes what came of trying to take the lock.
    ///
    /// - Returns: what is to be told if that has failed.
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
