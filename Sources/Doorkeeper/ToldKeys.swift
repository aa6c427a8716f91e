import Base
import Keys
import Ledger

/// What the log, and programs beside the daemon, were told of the keys that are in force.
struct ToldKeys {
    /// The generations that count, as the log has them; nil before the first time.
    private var usable: [GenerationID]?
    /// What the ledger has for programs beside the daemon.
    private(set) var inForce = KeysInForce()
    /// Whether roles have been told of keys, and programs beside the daemon have not.
    private(set) var isPublicationDue = false

    /// Takes the generations that count now; true if the log has others.
    mutating func log(_ usable: [GenerationID]) -> Bool {
        if self.usable == usable { return false }
        self.usable = usable
        return true
    }

    /// Roles are told of keys; once they go by them, programs beside the daemon are to be told.
    mutating func rolesAreTold() { isPublicationDue = true }

    /// Takes the keys that are in force now.
    ///
    /// - Parameters:
    ///   - directory: where they come from; nil if no key is used.
    ///   - daemon: who this is, if that was not known before.
    /// - Returns: what has changed, to be recorded; nil if nothing has.
    mutating func publish(
        _ keys: [KeyInForce], from directory: String?, by daemon: () -> ProcessIdentity?
    ) -> KeysInForceChange? {
        isPublicationDue = false
        let known = Dictionary(inForce.keys.map { ($0.generation, $0) }) { first, _ in first }
        let ids = Set(keys.map(\.generation))
        inForce.daemon = inForce.daemon ?? daemon()
        let change = KeysInForceChange(
            daemon: inForce.daemon, directory: directory, added: keys.filter { known[$0.generation] != $0 },
            removed: inForce.keys.map(\.generation).filter { !ids.contains($0) })
        guard directory != inForce.directory || !change.added.isEmpty || !change.removed.isEmpty else { return nil }
        (inForce.directory, inForce.keys) = (directory, keys)
        return change
    }
}
