import Doors
import Foundation
import Linux
import Packets
import TestSupport
import Testing

@testable import Ledger

/// Files that are no ledgers, or broken ones.
struct LedgerDamageTests {
    @Test(arguments: [
        Array("SQLite format 3\0 and then nothing that SQLite knows".utf8), Array(repeating: 0, count: 9000),
    ])
    func whatIsLeftOfADatabaseIsSetAside(bytes: [UInt8]) throws {
        let site = try Site()
        try Files.makePrivateDirectory(site.directory.path("state"))
        try site.directory.write(bytes, to: "state/state.db")
        let (ledger, openings, _) = try site.started()
        #expect(openings == [])
        guard case .damaged(site.primary, let aside) = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(try Files.read(aside) == bytes)
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
        #expect(ledger.record(try opening()) { [] })
    }

    @Test func aFileOfSomebodyElseIsLeftAlone() throws {
        let site = try Site()
        try Files.makePrivateDirectory(site.directory.path("state"))
        let bytes = Array("no database at all, but long enough to be taken for one".utf8)
        try site.directory.write(bytes, to: "state/state.db")
        let (ledger, openings, _) = try site.started()
        #expect(openings == [])
        guard case .movedToFallback = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(try Files.read(site.primary) == bytes)
        #expect(ledger.record(try opening()) { [] })
    }

    @Test func aDatabaseThatIsBrokenWithinIsSetAside() throws {
        let site = try Site()
        try site.record([try opening()])
        var bytes = try Files.read(site.primary)
        // Behind the first page, which has the tables' names, come the tables.
        for place in 4096..<bytes.count { bytes[place] = 0xFF }
        try site.directory.write(bytes, to: "state/state.db")
        let (ledger, openings, _) = try site.started()
        #expect(openings == [])
        guard case .damaged = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(ledger.isHome)
    }

    @Test func aDamagedFallbackIsSetAsideToo() throws {
        let site = try Site()
        try site.record([try opening()])
        try Data("SQLite format 3\0 and no more".utf8).write(to: URL(fileURLWithPath: site.fallback))
        let (ledger, openings, _) = try site.started()
        #expect(openings == [try opening()])
        guard case .damaged(site.fallback, _) = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
    }

    @Test func anEmptyFileIsAnEmptyLedger() throws {
        let site = try Site()
        try Files.makePrivateDirectory(site.directory.path("state"))
        try site.directory.write([], to: "state/state.db")
        let (ledger, openings, _) = try site.started()
        #expect(openings == [])
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
    }

    /// How far a daemon came that died while it made its file.
    @Test(arguments: 0...4)
    func aFileThatIsHalfMadeIsAnEmptyLedger(statements: Int) throws {
        let site = try Site()
        let all = [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "CREATE TABLE ledger (epoch INTEGER NOT NULL)",
            "INSERT INTO ledger VALUES (3)",
        ]
        try site.makeStateFile(Array(all[..<statements]))
        let (ledger, openings, _) = try site.started()
        #expect(openings == [])
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
        #expect(ledger.record(try opening()) { [] })
    }

    @Test(arguments: [Int64.max, .min, -1])
    func aNumberThatNoDaemonHasCountedToIsNone(revision: Int64) throws {
        let site = try Site()
        try site.record([try opening()])
        try Database(site.primary, readOnly: false).run("UPDATE ledger SET epoch = ?", [.integer(revision)])
        #expect(try site.load() == [try opening()])
        #expect(try site.load() == [try opening()])
    }

    @Test func aRowThatMakesNoSenseHidesNoOther() throws {
        let site = try Site()
        let kept = try opening("kept")
        try site.record([kept, try opening("a"), try opening("b")])
        let database = try Database(site.primary, readOnly: false)
        try database.run("UPDATE openings SET address = 'nowhere' WHERE door = 'a'")
        try database.run("UPDATE openings SET deadline = 'soon' WHERE door = 'b'")
        #expect(try site.load() == [kept])
    }
}
