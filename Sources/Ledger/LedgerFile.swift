import CSQLite
import Doors
import Linux
import Packets

/// One file that the ledger can lie in: the openings, and a number that tells which of two files is the newer.
final class LedgerFile {
    /// Why the file cannot be used, in words.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        var isDamage = false
    }

    /// What a file holds.
    struct Content {
        /// The higher of two files' numbers belongs to the one that counts.
        var epoch: Int64
        var openings: [RecordedOpening]
    }

    private static let schema = [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "CREATE TABLE IF NOT EXISTS ledger (epoch INTEGER NOT NULL)",
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
        "PRAGMA user_version = 1",
    ]

    let path: String
    private let bootID: String
    private let database: Database

    /// Opens the file for writing, and makes it where there is none.
    init(_ path: String, bootID: String) throws(Failure) {
        self.path = path
        self.bootID = bootID
        do {
            try Files.makePrivateFile(path)
        } catch {
            throw Failure(description: error.reason)
        }
        do {
            database = try Database(path, readOnly: false)
            for statement in Self.schema { try database.run(statement) }
        } catch {
            throw Failure(description: error.description, isDamage: error.isDamage)
        }
    }

    /// What a file holds, read without writing to it.
    static func read(_ path: String) throws(Failure) -> Content {
        do {
            return try content(of: Database(path, readOnly: true))
        } catch {
            throw Failure(description: error.description, isDamage: error.isDamage)
        }
    }

    /// What the file holds.
    func read() throws(Failure) -> Content {
        try translating { () throws(Database.Failure) in try Self.content(of: database) }
    }

    /// Replaces all that the file holds.
    func replace(epoch: Int64, openings: [Opening]) throws(Failure) {
        try translating { () throws(Database.Failure) in
            try database.transaction { () throws(Database.Failure) in
                try database.run("DELETE FROM ledger")
                try database.run("INSERT INTO ledger VALUES (?)", [.integer(epoch)])
                try database.run("DELETE FROM openings")
                for opening in openings { try insert(opening) }
            }
        }
    }

    /// Notes an opening as it is now.
    func record(_ opening: Opening) throws(Failure) {
        try translating { () throws(Database.Failure) in try insert(opening) }
    }

    /// Notes that an opening is over.
    func close(_ key: OpeningKey) throws(Failure) {
        try translating { () throws(Database.Failure) in
            try database.run(
                "DELETE FROM openings WHERE door = ? AND ordinal = ? AND address = ?",
                [.text(key.door.name), .integer(Int64(key.door.ordinal)), .text(key.address.description)])
        }
    }

    private func insert(_ opening: Opening) throws(Database.Failure) {
        try database.run(
            "INSERT OR REPLACE INTO openings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .text(opening.key.door.name), .integer(Int64(opening.key.door.ordinal)),
                .text(opening.key.address.description), .text(opening.startCommand), .text(opening.stopCommand),
                opening.startLimit.map { .integer($0) } ?? .null, .integer(opening.stopLimit),
                .integer(opening.openFor), .integer(RecordedOpening.Progress(opening).rawValue),
                .integer(opening.deadline), .text(bootID),
                opening.process.map { .integer(Int64($0.id)) } ?? .null,
                opening.process.map { .integer($0.began) } ?? .null,
            ])
    }

    private static func content(of database: Database) throws(Database.Failure) -> Content {
        // A daemon that died while it made the file has left one without tables.
        let tables = try database.run("SELECT name FROM sqlite_master WHERE name IN ('ledger', 'openings')")
        guard tables.count == 2 else { return Content(epoch: 0, openings: []) }
        let epoch = try database.run("SELECT epoch FROM ledger").first?.first
        let rows = try database.run(
            """
            SELECT door, ordinal, address, start_command, stop_command, start_limit, stop_limit, open_for, progress,
                deadline, boot, process, process_began FROM openings ORDER BY deadline
            """)
        return Content(epoch: epoch?.integer ?? 0, openings: rows.compactMap(RecordedOpening.init(row:)))
    }

    @discardableResult
    private func translating<T>(_ body: () throws(Database.Failure) -> T) throws(Failure) -> T {
        do {
            return try body()
        } catch {
            throw Failure(description: error.description, isDamage: error.isDamage)
        }
    }
}
