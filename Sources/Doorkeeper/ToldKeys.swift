import Base
import Keys
import Ledger

/// The keys in force, as last logged and as last published for other programs.
struct ToldKeys {
    /// The valid generations that were last logged; nil before the first time.
    private var usable: [GenerationID]?
    /// The keys that were last published in the ledger.
    private(set) var inForce = KeysInForce()
    /// Whether the roles were sent keys that are not published yet.
    private(set) var isPublicationDue = false

    /// Sets the valid generations; true if they differ from those last logged.
    mutating func log(_ usable: [GenerationID]) -> Bool {
        if self.usable == usable { return false }
        self.usable = usable
        return true
    }

    /// Notes that keys were sent to the roles. They are published once the roles use them.
    mutating func rolesAreTold() { isPublicationDue = true }

    /// Sets the keys that are in force now.
    ///
    /// - Parameters:
    ///   - directory: the key directory; nil if no key is used.
    ///   - daemon: returns this process. It is called only while the process is unknown.
    /// - Returns: the change to record; nil if there is none.
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
