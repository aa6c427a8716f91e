import Base
import Keys
import Ledger
import Linux

/// What a command has changed of the generations that count.
struct KeyChange: Equatable {
    /// Those that count from now on.
    private(set) var added: Set<GenerationID> = []
    /// Those that do not count any more.
    private(set) var removed: Set<GenerationID> = []

    /// - Parameter old: the key as it was; nil if there was none.
    init(from old: Key?, to new: Key) {
        let (before, after) = (Self.usable(old), Self.usable(new))
        (added, removed) = (after.subtracting(before), before.subtracting(after))
    }

    private static func usable(_ key: Key?) -> Set<GenerationID> {
        Set(key?.generations.filter { $0.state != .revoked }.map(\.id) ?? [])
    }

    /// Whether a daemon goes by it.
    func isDone(by keys: KeysInForce) -> Bool {
        let ids = Set(keys.keys.map(\.generation))
        return added.isSubset(of: ids) && removed.isDisjoint(with: ids)
    }
}

/// Waits until the daemon goes by a change, so that a knock right behind the command is not lost.
struct KeyChangeWait {
    /// How long a daemon may take.
    private static let patience: Milliseconds = 5000
    private static let pause: Milliseconds = 20

    let place: KeyPlace
    let change: KeyChange

    /// - Returns: what is to be told if the daemon that uses these keys does not take the change up; nil if it does, or
    ///   there is none.
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
