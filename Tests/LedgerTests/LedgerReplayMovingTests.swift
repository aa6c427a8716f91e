import Doors
import Glibc
import Keys
import Linux
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// What becomes of replay state where StateFile cannot be written.
struct LedgerReplayMovingTests {
    /// What a daemon knows that has spent these knocks.
    private func content(_ numbers: [UInt64], floor: UInt64 = 3) throws -> LedgerContent {
        LedgerContent(
            replay: ReplayState(
                spent: try numbers.map { try spent($0) }, floors: [(generation(), floor)],
                uses: [generation(): KeyUse(firstUsed: 1, lastUsed: 2)]))
    }

    private func spend(_ number: UInt64, in ledger: FailoverLedger, all: LedgerContent) throws -> RecordOutcome {
        ledger.record(LedgerEntry(spendings: [spending(try spent(number))])) { all }
    }

    @Test func itGoesToTheFallbackWithEverythingAndBack() throws {
        let site = try Site()
        let id: String?
        do {
            let loaded = try site.loaded()
            id = loaded.replay.ledgerID
            let ledger = loaded.recordFloors([(generation(), 3)])
            #expect(try spend(1, in: ledger, all: content([1])) == .recorded)
            let blocker = try site.block(site.primary)
            #expect(try spend(2, in: ledger, all: content([1, 2])) == .recorded)
            #expect(!ledger.isHome)
            #expect(try spend(1, in: ledger, all: content([1, 2])) == .alreadySpent([spent(1)]), "as at home")
            #expect(try spend(3, in: ledger, all: LedgerContent()) == .recorded)
            try blocker.run("ROLLBACK")
        }
        let found = try site.replayState()
        #expect(found.numbers == [1, 2, 3], "from the fallback")
        #expect(found.ledgerID == id)
        #expect(!found.wasMadeAnew && !found.isOfAnotherBoot && !found.isDamaged)
        #expect(found.floors == [generation(): 3])
        let again = try site.replayState()
        #expect(again.numbers == [1, 2, 3], "and StateFile has it now")
        #expect(again.state.uses == [generation(): KeyUse(firstUsed: 1, lastUsed: 2)])
        #expect(again.ledgerID == id)
    }

    @Test func whatIsOldInTheFallbackIsNotTakenForNew() throws {
        let site = try Site()
        do {
            let ledger = try site.ledger()
            let blocker = try site.block(site.primary)
            #expect(try spend(1, in: ledger, all: content([1])) == .recorded)
            try blocker.run("ROLLBACK")
            let one = try content([1])
            ledger.tryToReturn { one }
            #expect(ledger.isHome)
            #expect(!Files.exists(site.fallback))
            #expect(try spend(2, in: ledger, all: content([1, 2])) == .recorded)
        }
        for suffix in ["", "-wal", "-shm"] { try Files.remove(site.primary + suffix) }
        #expect(try site.replayState().wasMadeAnew, "rather than one that knows of one knock")
    }

    @Test func whereNeitherFileTakesItNothingIsSpent() throws {
        let site = try Site()
        let ledger = try site.ledger()
        let primary = try site.block(site.primary)
        #expect(try spend(1, in: ledger, all: content([1])) == .recorded)
        let fallback = try site.block(site.fallback)
        #expect(try spend(2, in: ledger, all: content([1, 2])) == .failed)
        try fallback.run("ROLLBACK")
        try primary.run("ROLLBACK")
    }

    @Test func withoutAnyFileThereIsNoNumber() throws {
        let directory = try TemporaryDirectory()
        let found = try LockedLedger(
            stateFile: directory.path("no/state/state.db"), fallbackDirectory: directory.path("no/run"), bootID: "b"
        ).load().withFloors().replay
        #expect(found.ledgerID == nil)
        #expect(found.wasMadeAnew)
    }

    @Test func aLedgerThatFailedToSettleIsNotOfThisBoot() throws {
        let site = try Site()
        try site.record(entries: [], boot: "yesterday")
        do {
            let loaded = try site.loaded(boot: "today")
            let blocker = try site.block(site.primary)
            let fallback = site.fallback
            try Files.makePrivateDirectory(fallback)
            let ledger = loaded.recordFloors([])
            #expect(!ledger.isWritten)
            #expect(unsafe rmdir(fallback) == 0)
            #expect(ledger.record(LedgerEntry()) { LedgerContent() } == .recorded, "in the fallback")
            try blocker.run("ROLLBACK")
            ledger.tryToReturn { LedgerContent() }
            #expect(ledger.isHome)
        }
        #expect(try site.replayState(boot: "today").isOfAnotherBoot)
    }

    @Test func stateThatTurnsUpLaterIsFoundAndKept() throws {
        let site = try Site()
        try site.record(entries: [
            LedgerEntry(
                spendings: [spending(try spent(1)), spending(try spent(2))],
                floors: [(generation(1), 5), (generation(2), 6), (generation(3), 7)], uses: [generation(1): 100])
        ])
        let state = site.directory.path("state")
        try Files.rename(state, to: site.directory.path("away"))
        try Files.makePrivateFile(state)
        let now = LedgerContent(
            replay: ReplayState(
                spent: [try spent(2), try spent(3)], floors: [(generation(1), 9), (generation(2), 4)],
                uses: [generation(1): KeyUse(firstUsed: 200, lastUsed: 300)]))
        do {
            let (ledger, _, replay) = try site.started()
            #expect(replay.wasMadeAnew)
            #expect(try spend(3, in: ledger, all: now) == .recorded)
            try Files.remove(state)
            try Files.rename(site.directory.path("away"), to: state)
            ledger.tryToReturn { now }
            #expect(ledger.isHome)
            let found = try #require(ledger.takeReplayState())
            #expect(found.spent == [try spent(1)])
            #expect(Set(found.floors.map(\.generation)) == [generation(2), generation(3)])
            #expect(found.floors.map(\.floor).sorted() == [6, 7])
            #expect(ledger.takeReplayState() == nil, "told once")
            #expect(try spend(1, in: ledger, all: now) == .alreadySpent([spent(1)]))
        }
        let found = try site.replayState()
        #expect(found.numbers == [1, 2, 3])
        #expect(found.floors == [generation(1): 9, generation(2): 6, generation(3): 7])
        #expect(found.state.uses == [generation(1): KeyUse(firstUsed: 100, lastUsed: 300)])
    }
}
