import Doors
import Keys
import Linux
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// One file, and every step at which SQLite can refuse.
struct SQLiteStoreTests {
    private let site: Site

    init() throws {
        site = try Site()
        try Files.makePrivateDirectory(site.directory.path("state"))
    }

    private func store() throws -> SQLiteStore { try SQLiteStore(site.primary, bootID: "boot") }

    /// A store that holds something in every table.
    private func filled() throws -> SQLiteStore {
        let store = try store()
        try store.takeOver(
            StoredContent.Head(revision: 1, id: "id", boot: nil),
            LedgerContent(
                openings: [try opening("old"), try opening("over")],
                replay: ReplayState(
                    spent: [try spent(1), try spent(2, of: generation(2))],
                    floors: [(generation(1), 1), (generation(2), 2)],
                    uses: [generation(1): KeyUse(firstUsed: 1, lastUsed: 1)]),
                keys: KeysInForce(daemon: .own, directory: "/keys", keys: [try key(1)])))
        return store
    }

    private func key(_ number: UInt64) throws -> KeyInForce {
        KeyInForce(
            generation: generation(number), key: try #require(KeyName("laptop")), server: try #require(KeyName("gw")),
            number: Int(number), created: 5, isFromMemory: false)
    }

    /// Changes something in every table.
    private func everything() throws -> [LedgerEntry] {
        [
            LedgerEntry(
                openings: [try opening("old", deadline: 9000)], closing: [try opening("over").key],
                spendings: [Spending(knock: try spent(3), forgotten: [try spent(1).nonce], floor: 7)]),
            LedgerEntry(
                openings: [try opening("new")], spendings: [spending(try spent(4))], floors: [(generation(3), 8)],
                gone: [generation(2)], uses: [generation(1): 9],
                keys: KeysInForceChange(
                    daemon: .own, directory: "/other", added: [try key(2)], removed: [generation(1)])),
        ]
    }

    /// All that a file holds, as another process sees it.
    private func dump() throws -> [String: [[Database.Value]]] {
        let reader = try Database(site.primary, readOnly: true)
        var rows: [String: [[Database.Value]]] = [:]
        for table in try LedgerTables.names(in: reader) where !table.hasPrefix("sqlite_") && !table.hasPrefix("refuse")
        {
            rows[table] = try reader.run("SELECT * FROM \(table)")
        }
        return rows
    }

    // MARK: Failing

    /// What can be done to which table.
    static let writes = [
        "INSERT ON openings", "DELETE ON openings", "INSERT ON holds", "DELETE ON holds", "INSERT ON spent",
        "DELETE ON spent", "INSERT ON floors", "DELETE ON floors", "UPDATE ON uses", "INSERT ON daemon",
        "DELETE ON daemon", "INSERT ON keys", "DELETE ON keys", "UPDATE ON identity",
    ]

    @Test(arguments: writes)
    func whereATableRefusesNothingOfTheTransactionIsThere(write: String) throws {
        let store = try filled()
        let before = try dump()
        try site.refuse(write, in: site.primary)
        #expect(throws: LedgerFailure("refused")) { try store.record(everything(), isOfFloors: true) }
        #expect(try dump() == before)
        try site.refuseNoMore(in: site.primary)
        #expect(try store.record(everything(), isOfFloors: true) == [[], []], "and the next one goes well")
        #expect(try dump() != before)
    }

    @Test(
        arguments: writes.filter { !$0.hasPrefix("UPDATE") } + [
            "INSERT ON uses", "DELETE ON uses", "INSERT ON ledger", "DELETE ON ledger", "INSERT ON identity",
            "DELETE ON identity",
        ])
    func whereATableRefusesTheFileIsNotTakenOver(write: String) throws {
        let store = try filled()
        let before = try dump()
        try site.refuse(write, in: site.primary)
        let all = LedgerContent(
            openings: [try opening("new")],
            replay: ReplayState(
                spent: [try spent(3)], floors: [(generation(), 1)],
                uses: [generation(): KeyUse(firstUsed: 5, lastUsed: 6)]),
            keys: KeysInForce(daemon: .own, directory: "/other", keys: [try key(2)]))
        let head = StoredContent.Head(revision: 2, id: "other", boot: "boot")
        #expect(throws: LedgerFailure("refused")) { try store.takeOver(head, all) }
        #expect(try dump() == before)
        try site.refuseNoMore(in: site.primary)
        try store.takeOver(head, all)
        #expect(try store.read().head == head)
    }

    @Test func whereItCannotBeginNothingIsThere() throws {
        let store = try filled()
        let before = try dump()
        let blocker = try site.block(site.primary)
        #expect(throws: LedgerFailure("database is locked")) { try store.record(everything()) }
        try blocker.run("ROLLBACK")
        #expect(try dump() == before)
        #expect(try store.record(everything()) == [[], []])
    }

    @Test func whereItCannotCommitNothingIsThere() throws {
        let store = try filled()
        let before = try dump()
        store.database.refusesCommits(true)
        #expect(throws: LedgerFailure.self) { try store.record(everything()) }
        #expect(try dump() == before)
        store.database.refusesCommits(false)
        #expect(try store.record(everything()) == [[], []])
    }

    @Test func whereThereIsNoRoomNothingIsThere() throws {
        let store = try filled()
        let before = try dump()
        try store.database.run("PRAGMA max_page_count = 1")
        let many = LedgerEntry(spendings: try (10..<1000).map { spending(try spent($0)) })
        #expect(throws: LedgerFailure("database or disk is full")) { try store.record([LedgerEntry(), many]) }
        #expect(try dump() == before)
        try store.database.run("PRAGMA max_page_count = 1000000")
        #expect(try store.record([many]) == [[]])
    }

    /// A use that was rolled back must not count as written.
    @Test func aUseIsWrittenAfterAFailure() throws {
        let store = try filled()
        store.database.refusesCommits(true)
        #expect(throws: LedgerFailure.self) { try store.record([LedgerEntry(uses: [generation(): 9])]) }
        store.database.refusesCommits(false)
        _ = try store.record([LedgerEntry(uses: [generation(): 9])])
        #expect(try store.read().replay.uses == [generation(): KeyUse(firstUsed: 1, lastUsed: 9)])
    }

    // MARK: Opening

    @Test func whatIsNoFileCannotBeOpened() throws {
        #expect(throws: LedgerFailure.self) { try SQLiteStore(site.directory.path("none/state.db"), bootID: "b") }
        #expect(throws: LedgerFailure.self) { try SQLiteStore(site.directory.path("state"), bootID: "b") }
    }

    @Test func anotherVersionsFileIsNotTouched() throws {
        do { _ = try store() }
        try Database(site.primary, readOnly: false).run("PRAGMA user_version = 4")
        #expect(throws: LedgerFailure.newer) { try store() }
    }

    @Test func damageIsToldFromOtherFailures() throws {
        try site.directory.write(Array("SQLite format 3\0 and no more".utf8), to: "state/state.db")
        #expect {
            try store()
        } throws: {
            ($0 as? LedgerFailure)?.isDamage ?? false
        }
    }

    @Test func synchronousWritesAndTheLogAreKept() throws {
        let store = try filled()
        #expect(try store.database.run("PRAGMA journal_mode") == [[.text("wal")]])
        #expect(try store.database.run("PRAGMA synchronous") == [[.integer(2)]], "FULL")
    }

    // MARK: Which file it is

    @Test func itIsInPlaceUntilAnotherFileIs() throws {
        let store = try filled()
        #expect(store.isInPlace && store.leftBeside == [])
        _ = try store.record(everything())
        #expect(store.isInPlace)
        try Files.rename(site.primary, to: site.primary + ".old")
        #expect(!store.isInPlace && store.leftBeside.count == 2, "and its log stands beside nothing")
        try Files.makePrivateFile(site.primary)
        #expect(!store.isInPlace && store.leftBeside == ["-wal", "-shm"].map { site.primary + $0 })
    }
}
