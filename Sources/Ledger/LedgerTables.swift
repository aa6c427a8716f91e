/// The tables of a ledger's file, and their version.
enum LedgerTables {
    /// The newest version of the tables that this program knows.
    private static let version: Int64 = 3

    private static let tables = [
        "CREATE TABLE IF NOT EXISTS ledger (epoch INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS identity (id TEXT, boot TEXT)",
        """
        CREATE TABLE IF NOT EXISTS openings (
            door TEXT NOT NULL, ordinal INTEGER NOT NULL, address TEXT NOT NULL, part TEXT NOT NULL,
            start_command TEXT NOT NULL, stop_command TEXT NOT NULL, check_command TEXT, stop_success TEXT NOT NULL,
            start_limit INTEGER, stop_limit INTEGER NOT NULL, open_for INTEGER NOT NULL,
            progress INTEGER NOT NULL, deadline INTEGER NOT NULL, boot TEXT NOT NULL,
            process INTEGER, process_began INTEGER, knock_key TEXT, knock_seconds INTEGER,
            PRIMARY KEY (door, ordinal, address, part)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS holds (
            door TEXT NOT NULL, ordinal INTEGER NOT NULL, address TEXT NOT NULL, part TEXT NOT NULL,
            holder TEXT NOT NULL, generation TEXT NOT NULL, open_for INTEGER NOT NULL, deadline INTEGER NOT NULL,
            awaits_start INTEGER NOT NULL,
            PRIMARY KEY (door, ordinal, address, part, holder, generation)
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
    /// The columns of the earlier versions' tables of openings and holds.
    private static let firstOpenings = [
        "door", "ordinal", "address", "start_command", "stop_command", "start_limit", "stop_limit", "open_for",
        "progress",
        "deadline", "boot", "process", "process_began",
    ]
    private static let secondOpenings = firstOpenings + ["knock_key", "knock_seconds"]
    private static let secondHolds = [
        "door", "ordinal", "address", "holder", "generation", "open_for", "deadline", "awaits_start",
    ]

    /// Creates missing tables, and converts tables of an earlier version.
    static func make(in database: Database) throws(Database.Failure) {
        try database.run("PRAGMA journal_mode = WAL")
        try database.run("PRAGMA synchronous = FULL")
        try database.transaction { () throws(Database.Failure) in
            let names = try names(in: database)
            for table in ["openings", "holds"] where names.contains(table) {
                let former = try columns(of: table, in: database)
                if !former.contains("part") { try database.run("ALTER TABLE \(table) RENAME TO former_\(table)") }
            }
            for statement in tables { try database.run(statement) }
            try takeOver(
                "openings", [secondOpenings, firstOpenings], adding: "part, stop_success", "'', '0'", in: database)
            try takeOver("holds", [secondHolds], adding: "part", "''", in: database)
            try database.run("PRAGMA user_version = \(version)")
        }
    }

    /// Copies the rows of an earlier version's table, if there is one.
    ///
    /// - Parameter versions: the columns that it may have, the newest version first.
    private static func takeOver(
        _ table: String, _ versions: [[String]], adding added: String, _ values: String, in database: Database
    ) throws(Database.Failure) {
        guard try names(in: database).contains("former_\(table)") else { return }
        let there = try columns(of: "former_\(table)", in: database)
        if let known = versions.first(where: there.isSuperset) {
            let list = known.joined(separator: ", ")
            // The hold of a sequence has no generation.
            let taken = known.map { $0 == "generation" ? "ifnull(generation, '')" : $0 }.joined(separator: ", ")
            try database.run(
                "INSERT INTO \(table) (\(list), \(added)) SELECT \(taken), \(values) FROM former_\(table)")
        }
        try database.run("DROP TABLE former_\(table)")
    }

    /// The columns of a table.
    static func columns(of table: String, in database: Database) throws(Database.Failure) -> Set<String> {
        Set(try database.run("SELECT name FROM pragma_table_info('\(table)')").compactMap { $0.first?.text })
    }

    /// Whether the version of a file's tables is not later than this program's.
    static func areKnown(in database: Database) throws(Database.Failure) -> Bool {
        try database.run("PRAGMA user_version").first?.first?.integer ?? 0 <= version
    }

    static func names(in database: Database) throws(Database.Failure) -> Set<String> {
        Set(try database.run("SELECT name FROM sqlite_master").compactMap { $0.first?.text })
    }
}
