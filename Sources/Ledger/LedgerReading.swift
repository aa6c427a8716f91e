import Keys
import Linux

/// A ledger's file as it is read beside whoever writes it: nothing is made or changed, and no daemon is kept waiting.
enum LedgerReading {
    /// All that it holds. Where a disk is full or read-only, no file can be made beside it.
    static func content(of path: String) throws(LedgerFailure) -> StoredContent {
        let (isKnown, content): (Bool, StoredContent)
        // Then it is whole without them, and nobody is writing.
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

    /// When keys were used, and the file's number.
    static func keyUse(in path: String) throws(LedgerFailure) -> (revision: Int64, uses: [GenerationID: KeyUse]) {
        try LedgerFailure.translating { () throws(Database.Failure) in
            let database = try beside(path)
            guard try LedgerTables.names(in: database).isSuperset(of: ["ledger", "uses"]) else { return (0, [:]) }
            return (try database.revision(), try database.keyUse())
        }
    }

    /// The keys in force, and the file's number.
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
        // Without this file nobody is writing.
        try Database(path, readOnly: true, isStill: !Files.exists(path + "-wal"))
    }
}
