import Keys
import Linux

/// Reads a ledger's file beside the daemon that writes it. It creates and changes nothing, and does not block the
/// daemon.
enum LedgerReading {
    /// Reads the whole content. On a full or read-only disk SQLite cannot create its files beside it.
    static func content(of path: String) throws(LedgerFailure) -> StoredContent {
        let (isKnown, content): (Bool, StoredContent)
        // In that case the file is complete by itself, and no process is writing it.
        let isStill = ["-wal", "-journal"].map { path + $0 }.allSatisfy { !Files.exists($0) || isEmpty($0) }
        do {
            let database = try Database(path, readOnly: true, isStill: isStill)
            isKnown = try LedgerTables.areKnown(in: database)
            content = isKnown ? try database.storedContent() : .nothing
        } catch {
            throw LedgerFailure(error)
        }
        if !isKnown { throw .newer }
        return content
    }

    private static func isEmpty(_ path: String) -> Bool { (try? Files.read(path, limit: 1)) == [] }

    /// When keys were used, and the file's revision.
    static func keyUse(in path: String) throws(LedgerFailure) -> (revision: Int64, uses: [GenerationID: KeyUse]) {
        try LedgerFailure.translating { () throws(Database.Failure) in
            let database = try beside(path)
            guard try LedgerTables.names(in: database).isSuperset(of: ["ledger", "uses"]) else { return (0, [:]) }
            return (try database.revision(), try database.keyUse())
        }
    }

    /// The keys in force, and the file's revision.
    static func keysInForce(in path: String) throws(LedgerFailure) -> (revision: Int64, keys: KeysInForce) {
        try LedgerFailure.translating { () throws(Database.Failure) in
            let database = try beside(path)
            guard try LedgerTables.names(in: database).isSuperset(of: ["ledger", "daemon", "keys"]) else {
                return (0, KeysInForce())
            }
            return (try database.revision(), try database.keysInForce())
        }
    }

    private static func beside(_ path: String) throws(Database.Failure) -> Database {
        // Without this file no process is writing.
        try Database(path, readOnly: true, isStill: !Files.exists(path + "-wal"))
    }
}
