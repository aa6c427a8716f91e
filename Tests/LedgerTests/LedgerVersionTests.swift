import Doors
import Keys
import Linux
import TestSupport
import Testing

@testable import Ledger

/// Files that other versions of the daemon have written.
struct LedgerVersionTests {
    /// What the first version made, with an opening in it.
    private static let first = [
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE ledger (epoch INTEGER NOT NULL)",
        """
        CREATE TABLE openings (
            door TEXT NOT NULL, ordinal INTEGER NOT NULL, address TEXT NOT NULL,
            start_command TEXT NOT NULL, stop_command TEXT NOT NULL,
            start_limit INTEGER, stop_limit INTEGER NOT NULL, open_for INTEGER NOT NULL,
            progress INTEGER NOT NULL, deadline INTEGER NOT NULL, boot TEXT NOT NULL,
            process INTEGER, process_began INTEGER,
            PRIMARY KEY (door, ordinal, address)
        ) WITHOUT ROWID
        """,
        "PRAGMA user_version = 1",
        "INSERT INTO ledger VALUES (41)",
        "INSERT INTO openings VALUES ('ssh', 1, '198.18.1.2', 'open', 'close', NULL, 30000, 10000, 1, 5000, 'boot', NULL, NULL)",
    ]

    @Test func aLedgerOfTheFirstVersionIsTakenOver() throws {
        let site = try Site()
        try site.makeStateFile(Self.first)
        for round in 1...2 {
            let (ledger, openings, replay) = try site.started()
            #expect(openings == [try opening()])
            #expect(replay.wasMadeAnew == (round == 1))
            #expect(ledger.isHome)
            #expect(ledger.takeChanges() == [])
        }
        let database = try Database(site.primary, readOnly: true)
        #expect(try database.run("PRAGMA user_version") == [[.integer(3)]])
        #expect(try database.run("SELECT epoch FROM ledger") == [[.integer(43)]])
    }

    /// What the second version made: an opening that a sequence and a key hold.
    private static let second = [
        "PRAGMA journal_mode = WAL", "CREATE TABLE ledger (epoch INTEGER NOT NULL)",
        "CREATE TABLE identity (id TEXT, boot TEXT)",
        first[2], "ALTER TABLE openings ADD COLUMN knock_key TEXT",
        "ALTER TABLE openings ADD COLUMN knock_seconds INTEGER",
        """
        CREATE TABLE holds (
            door TEXT NOT NULL, ordinal INTEGER NOT NULL, address TEXT NOT NULL,
            holder TEXT NOT NULL, generation TEXT, open_for INTEGER NOT NULL, deadline INTEGER NOT NULL,
            awaits_start INTEGER NOT NULL,
            PRIMARY KEY (door, ordinal, address, holder)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE spent (
            generation BLOB NOT NULL, nonce BLOB NOT NULL, timestamp INTEGER NOT NULL, door TEXT NOT NULL,
            address BLOB NOT NULL, operation INTEGER NOT NULL, PRIMARY KEY (generation, nonce)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE floors (generation BLOB PRIMARY KEY, floor INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE uses (
            generation BLOB PRIMARY KEY, first_used INTEGER NOT NULL, last_used INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        "PRAGMA user_version = 2", "INSERT INTO ledger VALUES (41)",
        "INSERT INTO identity VALUES ('00000000000000000000000000000007', 'boot')",
        """
        INSERT INTO openings VALUES
            ('ssh', 1, '198.18.1.2', 'open', 'close', NULL, 30000, 10000, 1, 5000, 'boot', NULL, NULL, 'laptop', 60)
        """,
        "INSERT INTO holds VALUES ('ssh', 1, '198.18.1.2', '', NULL, 10000, 5000, 0)",
        """
        INSERT INTO holds VALUES
            ('ssh', 1, '198.18.1.2', 'laptop', '00000000000000000000000000000001', 60000, 4000, 0)
        """,
    ]

    @Test func aLedgerOfTheSecondVersionIsTakenOverWithItsHolds() throws {
        let site = try Site()
        try site.makeStateFile(Self.second)
        for _ in 1...2 {
            let (ledger, openings, _) = try site.started()
            let opening = try #require(openings.first)
            #expect(opening.values.key?.description == "laptop" && opening.values.seconds == 60)
            #expect(opening.holds.map(\.deadline) == [5000, 4000])
            #expect(opening.holds.map { $0.generation == nil } == [true, false])
            #expect(ledger.isHome)
            #expect(ledger.takeChanges() == [])
        }
        let database = try Database(site.primary, readOnly: true)
        #expect(try LedgerTables.names(in: database).isDisjoint(with: ["former_openings", "former_holds"]))
    }

    @Test func itsOpeningsAreFoundAlsoWhereItTurnsUpLater() throws {
        let site = try Site()
        let state = site.directory.path("state")
        try Files.makePrivateFile(state)
        let ledger = try site.ledger()
        try Files.remove(state)
        try site.makeStateFile(Self.first)
        ledger.tryToReturn { LedgerContent() }
        #expect(ledger.isHome)
        #expect(ledger.takeFound() == [try opening()])
    }

    /// How far it came in making its file.
    @Test(arguments: 0...5)
    func aFileThatIsHalfMadeIsTakenUp(statements: Int) throws {
        let site = try Site()
        try site.makeStateFile(Array(Self.first[..<statements]))
        try site.record([try opening()])
        #expect(try site.load() == [try opening()])
    }

    @Test(arguments: [4, 5, 1 << 30])
    func aLedgerOfALaterVersionIsLeftAlone(version: Int) throws {
        let site = try Site()
        try site.record([try opening()])
        try Database(site.primary, readOnly: false).run("PRAGMA user_version = \(version)")
        let bytes = try Files.read(site.primary)
        let (ledger, openings, replay) = try site.started()
        #expect(openings == [])
        #expect(!ledger.isHome)
        #expect(replay.isDamaged)
        guard case .movedToFallback(_, let reason, _) = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(reason == "a newer version of the daemon has written it")
        #expect(ledger.record(try opening("b")) { [] })
        #expect(try Files.read(site.primary) == bytes)
    }

    @Test func aFallbackOfALaterVersionIsLeftAloneToo() throws {
        let site = try Site()
        try site.record([try opening()])
        try Files.makePrivateFile(site.fallback)
        try Database(site.fallback, readOnly: false).run("PRAGMA user_version = 4")
        let (ledger, openings, _) = try site.started()
        #expect(openings == [try opening()])
        #expect(ledger.isHome)
        #expect(Files.exists(site.fallback))
    }
}
