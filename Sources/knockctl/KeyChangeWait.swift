import Base
import Keys
import Ledger
import Linux

/// The generations that a command made valid or invalid.
struct KeyChange: Equatable {
    /// The generations that are valid from now on.
    private(set) var added: Set<GenerationID> = []
    /// The generations that are no longer valid.
    private(set) var removed: Set<GenerationID> = []

    /// - Parameter old: the key before the change; nil if there was none.
    init(from old: Key?, to new: Key) {
        let (before, after) = (Self.usable(old), Self.usable(new))
        (added, removed) = (after.subtracting(before), before.subtracting(after))
    }

    private static func usable(_ key: Key?) -> Set<GenerationID> {
        Set(key?.generations.filter { $0.state != .revoked }.map(\.id) ?? [])
    }

    /// Whether a daemon with these keys in force has applied the change.
    func isDone(by keys: KeysInForce) -> Bool {
        let ids = Set(keys.keys.map(\.generation))
        return added.isSubset(of: ids) && removed.isDisjoint(with: ids)
    }
}

/// Waits until the daemon has applied a change, so that a knock right after the command is not lost.
struct KeyChangeWait {
    /// The longest time to wait for the daemon.
    private static let patience: Milliseconds = 5000
    private static let pause: Milliseconds = 20

    let place: KeyPlace
    let change: KeyChange

    /// - Returns: a message if the daemon that uses these keys does not apply the change in time; nil if it does, or if
    ///   there is no such daemon.
    func wait() -> String? {
        guard let stateFile = place.stateFile else { return nil }
        let end = Clock.monotonic() + Self.patience
        while let keys = Ledger.readKeysInForce(stateFile: stateFile), keys.directory == place.directory {
            if change.isDone(by: keys) { return nil }
            guard Clock.monotonic() < end else {
                let process = keys.daemon.map { " (process \($0.id))" } ?? ""
                return
                    "the daemon\(process) has not applied this within \(Self.patience / 1000) s; look for faults of key "
                    + "files in its log"
            }
            Clock.pause(Self.pause)
        }
        return nil
    }
}
