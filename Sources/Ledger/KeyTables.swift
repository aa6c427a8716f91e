import Base
import Keys

/// The keys in force, in the tables of a ledger.
extension Database {
    /// Replaces all keys in force.
    func replaceKeys(_ keys: KeysInForce) throws(Failure) {
        for table in ["daemon", "keys"] { try run("DELETE FROM \(table)") }
        try insert(keys.daemon, directory: keys.directory)
        for key in keys.keys { try insert(key) }
    }

    private func insert(_ daemon: ProcessIdentity?, directory: String?) throws(Failure) {
        try run(
            "INSERT INTO daemon VALUES (?, ?, ?)",
            [
                daemon.map { .integer(Int64($0.id)) } ?? .null, daemon.map { .integer($0.began) } ?? .null,
                directory.map { .text($0) } ?? .null,
            ])
    }

    func change(_ change: KeysInForceChange) throws(Failure) {
        try run("DELETE FROM daemon")
        try insert(change.daemon, directory: change.directory)
        for generation in change.removed {
            try run("DELETE FROM keys WHERE generation = ?", [.bytes(generation.bytes)])
        }
        for key in change.added { try insert(key) }
    }

    private func insert(_ key: KeyInForce) throws(Failure) {
        try run(
            "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?)",
            [
                .bytes(key.generation.bytes), .text(key.key.description), .text(key.server.description),
                .integer(Int64(key.number)), .integer(key.created), .integer(key.isFromMemory ? 1 : 0),
            ])
    }

    /// All keys in force; invalid rows are omitted.
    func keysInForce() throws(Failure) -> KeysInForce {
        var keys = KeysInForce()
        if let row = try run("SELECT process, process_began, key_directory FROM daemon").first {
            if let id = row[0].integer.flatMap({ Int32(exactly: $0) }), let began = row[1].integer {
                keys.daemon = ProcessIdentity(id: id, began: began)
            }
            keys.directory = row[2].text
        }
        try forEachRow(of: "SELECT generation, name, server, number, created, from_memory FROM keys") { row in
            guard let generation = GenerationID(row[0]), let name = row[1].text.flatMap({ KeyName($0) }),
                let server = row[2].text.flatMap({ KeyName($0) }),
                let number = row[3].integer.flatMap({ Int(exactly: $0) }),
                let created = row[4].integer
            else { return }
            keys.keys.append(
                KeyInForce(
                    generation: generation, key: name, server: server, number: number, created: created,
                    isFromMemory: row[5].integer == 1))
        }
        return keys
    }
}
