/// The tables of a ledger's file, and their version.
enum LedgerTables {
    /// The newest version of the tables that is known here.
    private static let version: Int64 = 2

    private static let tables = [
        "CREATE TABLE IF NOT EXISTS ledger (epoch INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS identity (id TEXT, boot TEXT)",
        """
        CREATE TABLE IF NOT EXISTS openings (
            door TEXT NOT NULL, ordinal INTEGER NOT NULL, address TEXT NOT NULL,
            start_command TEXT NOT NULL, stop_command TEXT NOT NULL,
            start_limit INTEGER, stop_limit INTEGER NOT NULL, open_for INTEGER NOT NULL,
            progress INTEGER NOT NULL, deadline INTEGER NOT NULL, boot TEXT NOT NULL,
            process INTEGER, process_began INTEGER,
            PRIMARY KEY (door, ordinal, address)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS holds (
            door TEXT NOT NULL, ordinal INTEGER NOT NULL, address TEXT NOT NULL,
            holder TEXT NOT NULL, generation TEXT, open_for INTEGER NOT NULL, deadline INTEGER NOT NULL,
            awaits_start INTEGER NOT NULL,
            PRIMARY KEY (door, ordinal, address, holder)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS spent (
            generation BLOB NOT NULL, nonce BLOB NOT NULL, timestamp INTEGER NOT NULL, door TEXT NOT NULL,
            address BLOB NOT NULL, operation INTEGER NOT NULL,
            PRIMARY KEY (generation, nonce)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE IF NOT EXISTS floors (generation BLOB PRIMARY KEY, floor INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS uses (
            generation BLOB PRIMARY KEY, first_used INTEGER NOT NULL, last_used INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE TABLE IF NOT EXISTS daemon (process INTEGER, process_began INTEGER, key_directory TEXT)",
        """
        CREATE TABLE IF NOT EXISTS keys (
            generation BLOB PRIMARY KEY, name TEXT NOT NULL, server TEXT NOT NULL, number INTEGER NOT NULL,
            created INTEGER NOT NULL, from_memory INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
    ]
    /// What the second version added to the first one's table of openings.
    private static let addedColumns = [("knock_key", "TEXT"), ("knock_seconds", "INTEGER")]

    /// Makes those that are missing; tables of the first version become the second's.
    static func make(in database: Database) throws(Database.Failure) {
        try database.run("PRAGMA journal_mode = WAL")
        try database.run("PRAGMA synchronous = FULL")
        try database.transaction { () throws(Database.Failure) in
            for statement in tables { try database.run(statement) }
            let columns = try database.run("SELECT name FROM pragma_table_info('openings')").map { $0.first?.text }
            for (name, kind) in addedColumns where !columns.contains(name) {
                try database.run("ALTER TABLE openings ADD COLUMN \(name) \(kind)")
            }
            try database.run("PRAGMA user_version = \(version)")
            return true
        }
    }

    /// Whether a file's tables are of no later version than this program's.
    static func areKnown(in database: Database) throws(Database.Failure) -> Bool {
        try database.run("PRAGMA user_version").first?.first?.integer ?? 0 <= version
    }

    static func names(in database: Database) throws(Database.Failure) -> Set<String> {
        Set(try database.run("SELECT name FROM sqlite_master").compactMap { $0.first?.text })
    }
}
