import Doors
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
            let ledger = try site.ledger()
            #expect(ledger.load() == [try opening()])
            #expect(ledger.takeReplayState()?.wasMadeAnew == (round == 1))
            #expect(ledger.isHome)
            #expect(ledger.takeChanges() == [])
        }
        let database = try Database(site.primary, readOnly: true)
        #expect(try database.run("PRAGMA user_version") == [[.integer(2)]])
        #expect(try database.run("SELECT epoch FROM ledger") == [[.integer(43)]])
    }

    @Test func itsOpeningsAreFoundAlsoWhereItTurnsUpLater() throws {
        let site = try Site()
        let state = site.directory.path("state")
        try Files.makePrivateFile(state)
        let ledger = try site.ledger()
        _ = ledger.load()
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

    @Test(arguments: [3, 4, 1 << 30])
    func aLedgerOfALaterVersionIsLeftAlone(version: Int) throws {
        let site = try Site()
        try site.record([try opening()])
        try Database(site.primary, readOnly: false).run("PRAGMA user_version = \(version)")
        let bytes = try Files.read(site.primary)
        let ledger = try site.ledger()
        #expect(ledger.load() == [])
        #expect(!ledger.isHome)
        #expect(ledger.takeReplayState()?.isDamaged == true)
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
        try Database(site.fallback, readOnly: false).run("PRAGMA user_version = 3")
        let ledger = try site.ledger()
        #expect(ledger.load() == [try opening()])
        #expect(ledger.isHome)
        #expect(Files.exists(site.fallback))
    }
}
