import Base
import Doors
import Hints
import Keys
import Linux
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// Entries that are submitted, and recorded together.
struct LedgerStoreTests {
    private let site: Site
    private let ledger: FailoverLedger

    init() throws {
        site = try Site()
        ledger = try site.ledger()
    }

    private func completions(_ entries: LedgerEntry..., all: LedgerContent = LedgerContent()) -> [RecordOutcome] {
        for (index, entry) in entries.enumerated() { ledger.submit(entry, number: UInt64(index) + 7) }
        let completions = ledger.completions { all }
        #expect(completions.map(\.number) == (0..<UInt64(entries.count)).map { $0 + 7 }, "in the order of submission")
        return completions.map(\.outcome)
    }

    private func count(_ table: String) throws -> Int64? {
        try Database(site.primary, readOnly: true).run("SELECT count(*) FROM \(table)").first?.first?.integer
    }

    @Test func whatIsSubmittedWaitsUntilItIsAskedFor() throws {
        #expect(!ledger.isWaiting && ledger.descriptor == nil)
        ledger.submit(LedgerEntry(openings: [try opening()]), number: 3)
        #expect(ledger.isWaiting)
        #expect(try count("openings") == 0)
        #expect(ledger.completions { LedgerContent() } == [LedgerCompletion(number: 3, outcome: .recorded)])
        #expect(!ledger.isWaiting)
        #expect(try count("openings") == 1)
        #expect(ledger.completions { LedgerContent() } == [])
    }

    @Test func allOfThemShareOneTransaction() throws {
        let all = [try opening("a"), try opening("bad")]
        let watcher = try Database(site.primary, readOnly: false)
        try watcher.run(
            """
            CREATE TRIGGER refuse BEFORE INSERT ON openings WHEN new.door = 'bad' BEGIN SELECT RAISE(ABORT, 'no'); END
            """)
        let outcomes = completions(
            LedgerEntry(openings: [all[0]], spendings: [spending(try spent(1))]), LedgerEntry(openings: [all[1]]),
            all: LedgerContent(openings: all))
        #expect(outcomes == [.recorded, .recorded])
        #expect(
            ledger.takeChanges() == [
                .movedToFallback(file: site.primary, reason: "no", fallback: site.fallback)
            ])
        for table in ["openings", "spent"] { #expect(try count(table) == 0, "where one failed nothing is recorded") }
    }

    @Test func anEntryWithASpentKnockIsLeftOutAlone() throws {
        let (old, new, newer) = (try spent(1), try spent(2), try spent(3))
        #expect(completions(LedgerEntry(spendings: [spending(old)])) == [.recorded])
        let outcomes = completions(
            LedgerEntry(openings: [try opening("a")], spendings: [spending(new)], uses: [generation(): 5]),
            LedgerEntry(
                openings: [try opening("b")], closing: [try opening("a").key],
                spendings: [spending(newer), spending(old)], floors: [(generation(), 9)],
                gone: [generation()], uses: [generation(): 50]),
            LedgerEntry(openings: [try opening("c")]))
        #expect(outcomes == [.recorded, .alreadySpent([old]), .recorded])
        let found = try Database(site.primary, readOnly: true)
        #expect(try found.openings().map { $0.opening(in: "boot") }.inOrder.map(\.key.door.name) == ["a", "c"])
        #expect(try found.replayState().state.spent.map(\.nonce.low).sorted() == [1, 2])
        #expect(try found.replayState().state.floors.isEmpty)
        #expect(try found.keyUse() == [generation(): KeyUse(firstUsed: 5, lastUsed: 5)])
    }

    @Test func aKnockIsSpentOnceWithinATransactionToo() throws {
        let knock = try spent(1)
        let entry = LedgerEntry(spendings: [spending(knock)])
        #expect(completions(entry, entry) == [.recorded, .alreadySpent([knock])])
        #expect(
            completions(LedgerEntry(spendings: [spending(try spent(2)), spending(try spent(2))]))
                == [.alreadySpent([try spent(2)])])
        #expect(try count("spent") == 1)
    }

    /// What the moved ledger holds is all that there is.
    @Test func whereTheFileFailsAllGoToTheOther() throws {
        let all = LedgerContent(openings: [try opening("a"), try opening("b")])
        let blocker = try site.block(site.primary)
        let outcomes = completions(
            LedgerEntry(openings: [all.openings[0]]), LedgerEntry(openings: [all.openings[1]]), all: all)
        #expect(outcomes == [.recorded, .recorded])
        #expect(!ledger.isHome)
        let second = try site.block(site.fallback)
        #expect(completions(LedgerEntry(), LedgerEntry(openings: all.openings)) == [.failed, .failed])
        for database in [blocker, second] { try database.run("ROLLBACK") }
        #expect(completions(LedgerEntry(), all: all) == [.recorded])
    }

    @Test func theLastStateOfAnOpeningIsWrittenOnce() throws {
        let (first, last) = (try opening(deadline: 1), try opening(deadline: 2))
        #expect(completions(LedgerEntry(openings: [first]), LedgerEntry(openings: [last])) == [.recorded, .recorded])
        #expect(try Database(site.primary, readOnly: true).openings().map { $0.opening(in: "boot") } == [last])
        #expect(
            completions(LedgerEntry(closing: [first.key]), LedgerEntry(openings: [first])) == [.recorded, .recorded])
        #expect(try count("openings") == 1)
        #expect(
            completions(LedgerEntry(openings: [last]), LedgerEntry(closing: [first.key])) == [.recorded, .recorded])
        #expect(try count("openings") == 0)
        #expect(try count("holds") == 0)
    }

    // MARK: Uses

    @Test func aUseIsWrittenOnceASecond() throws {
        let watcher = try Database(site.primary, readOnly: false)
        try watcher.run("CREATE TABLE writes (moment INTEGER)")
        for event in ["INSERT", "UPDATE"] {
            try watcher.run(
                "CREATE TRIGGER w\(event) AFTER \(event) ON uses BEGIN INSERT INTO writes VALUES (new.last_used); END")
        }
        for moment in [5, 5, 4, 6, 6] as [UnixSeconds] {
            #expect(completions(LedgerEntry(uses: [generation(): moment])) == [.recorded])
        }
        #expect(completions(LedgerEntry(uses: [generation(): 7]), LedgerEntry(uses: [generation(): 8])).count == 2)
        #expect(try watcher.run("SELECT moment FROM writes") == [[.integer(5)], [.integer(6)], [.integer(8)]])
        #expect(try watcher.keyUse() == [generation(): KeyUse(firstUsed: 5, lastUsed: 8)])
    }

    @Test func aUseThatWasNotRecordedIsWrittenTheNextTime() throws {
        let blocker = try site.block(site.primary)
        #expect(
            completions(LedgerEntry(uses: [generation(): 5])) == [.recorded], "in the fallback; nothing was told of it")
        try blocker.run("ROLLBACK")
        let second = try Database(site.fallback, readOnly: true)
        #expect(completions(LedgerEntry(uses: [generation(): 5])) == [.recorded])
        #expect(try second.keyUse() == [generation(): KeyUse(firstUsed: 5, lastUsed: 5)])
    }
}
