import Doors
import Keys
import Linux
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// What survives of signed knocks.
struct LedgerReplayTests {
    // MARK: Remembering

    @Test(
        arguments: [
            (0, "::1", .open), (.max, "255.255.255.255", .close), (UInt64(Int64.max) + 1, "2001:db8::1", .open),
        ] as [(UInt64, String, SignedKnockBody.Operation)])
    func everyFieldOfASpentKnockSurvives(
        timestamp: UInt64, address: String, operation: SignedKnockBody.Operation
    ) throws {
        let site = try Site()
        let knock = try spent(.max - 1, timestamp: timestamp, address, operation: operation)
        try site.record(entries: [LedgerEntry(spendings: [spending(knock)])])
        #expect(try site.replayState().state.spent == [knock])
    }

    @Test(arguments: [0, 1, 1_700_000_000_000, UInt64(Int64.max) + 1, .max] as [UInt64])
    func aFloorSurvivesAndTheLastOneCounts(floor: UInt64) throws {
        let site = try Site()
        try site.record(entries: [
            LedgerEntry(floors: [(generation(1), 5), (generation(2), 6)]),
            LedgerEntry(floors: [(generation(1), floor)]),
        ])
        #expect(try site.replayState().floors == [generation(1): floor, generation(2): 6])
    }

    @Test func whatIsForgottenIsGoneAndItsFloorIsThere() throws {
        let site = try Site()
        let (first, second, other) = (try spent(1), try spent(2), try spent(1, of: generation(2)))
        try site.record(entries: [
            LedgerEntry(spendings: [spending(first), spending(second), spending(other)]),
            LedgerEntry(spendings: [Spending(knock: try spent(3), forgotten: [first.nonce], floor: 77)]),
        ])
        let found = try site.replayState()
        #expect(found.numbers == [1, 2, 3])
        #expect(found.state.spent.contains(other), "the same nonce of another generation stays")
        #expect(found.floors == [generation(): 77])
    }

    @Test func whatAnotherGenerationForgetsForItIsGoneToo() throws {
        let site = try Site()
        let other = try spent(1, of: generation(2))
        let elsewhere = Forgetting(generation: generation(2), nonces: [other.nonce], floor: 88)
        try site.record(entries: [
            LedgerEntry(spendings: [spending(other)]),
            LedgerEntry(spendings: [
                Spending(knock: try spent(2), forgotten: [], floor: nil, elsewhere: elsewhere)
            ]),
        ])
        let found = try site.replayState()
        #expect(found.numbers == [2])
        #expect(found.floors == [generation(2): 88])
    }

    @Test func aGenerationThatIsGoneLeavesItsUseAlone() throws {
        let site = try Site()
        try site.record(entries: [
            LedgerEntry(
                spendings: [spending(try spent(1)), spending(try spent(2, of: generation(2)))],
                floors: [(generation(1), 1), (generation(2), 2)], uses: [generation(1): 10]),
            LedgerEntry(gone: [generation(1)]),
        ])
        let found = try site.replayState()
        #expect(found.numbers == [2])
        #expect(found.floors == [generation(2): 2])
        #expect(found.state.uses == [generation(1): KeyUse(firstUsed: 10, lastUsed: 10)])
    }

    @Test func theFirstUseStaysAndTheLastOneOnlyGrows() throws {
        let site = try Site()
        try site.record(entries: [20, 30, 10].map { LedgerEntry(uses: [generation(): $0]) })
        #expect(try site.replayState().state.uses == [generation(): KeyUse(firstUsed: 20, lastUsed: 30)])
        #expect(KeyUse(firstUsed: 20, lastUsed: 20).adding(30).adding(10) == KeyUse(firstUsed: 20, lastUsed: 30))
    }

    // MARK: Once

    @Test func aKnockIsSpentOnce() throws {
        let site = try Site()
        let ledger = try site.ledger()
        let (old, new) = (try spent(1), try spent(2))
        #expect(ledger.record(LedgerEntry(spendings: [spending(old)])) { LedgerContent() } == .recorded)
        // Whatever else is said of it: a nonce of a generation counts once.
        let again = try spent(1, timestamp: 5, "::1", operation: .close)
        let both = LedgerEntry(
            openings: [try opening()], spendings: [spending(new), spending(again)], floors: [(generation(), 9)],
            uses: [generation(): 1])
        #expect(ledger.record(both) { LedgerContent() } == .alreadySpent([again]))
        let database = try Database(site.primary, readOnly: true)
        #expect(try database.run("SELECT count(*) FROM spent") == [[.integer(1)]], "nothing of it is recorded")
        for table in ["openings", "holds", "floors", "uses"] {
            #expect(try database.run("SELECT count(*) FROM \(table)") == [[.integer(0)]])
        }
        #expect(ledger.record(LedgerEntry(spendings: [spending(new)])) { LedgerContent() } == .recorded)
        let other = try spent(1, of: generation(2))
        #expect(ledger.record(LedgerEntry(spendings: [spending(other)])) { LedgerContent() } == .recorded)
        #expect(ledger.isHome)
    }

    @Test func ofSeveralThatAreSpentAllAreTold() throws {
        let site = try Site()
        let ledger = try site.ledger()
        let knocks = try (1...4).map { try spent($0) }
        #expect(ledger.record(LedgerEntry(spendings: knocks[..<2].map(spending))) { LedgerContent() } == .recorded)
        let outcome = ledger.record(LedgerEntry(spendings: knocks.map(spending))) { LedgerContent() }
        #expect(outcome == .alreadySpent(Array(knocks[..<2])))
    }

    @Test func aKnockIsSpentOnceAlsoAfterARestart() throws {
        let site = try Site()
        let knock = try spent(1)
        try site.record(entries: [LedgerEntry(spendings: [spending(knock)])])
        let ledger = try site.ledger()
        #expect(ledger.record(LedgerEntry(spendings: [spending(knock)])) { LedgerContent() } == .alreadySpent([knock]))
    }

    @Test func tenThousandAreSpentInOneTransaction() throws {
        let site = try Site()
        let knocks = try (0..<10_000).map { try spent($0, of: generation($0 % 3)) }
        let began = Clock.monotonic()
        try site.record(entries: [LedgerEntry(spendings: knocks.map(spending))])
        Output.printError("10,000 knocks were spent in \(Clock.monotonic() - began) ms")
        #expect(try site.replayState().numbers == Array(0..<10_000))
    }

    // MARK: What is to be thought of it

    @Test func atTheFirstStartAllIsNew() throws {
        let site = try Site()
        let found = try site.replayState()
        #expect(found.wasMadeAnew)
        #expect(!found.isOfAnotherBoot)
        #expect(!found.isDamaged)
        #expect(found.state.isEmpty)
        #expect(GenerationID(try #require(found.ledgerID)) != nil, "32 hexadecimal digits")
    }

    @Test func theNumberStaysAndAnotherLedgerHasAnother() throws {
        let site = try Site()
        let first = try site.replayState()
        let second = try site.replayState()
        #expect(second.ledgerID == first.ledgerID)
        #expect(!second.wasMadeAnew)
        #expect(try Site().replayState().ledgerID != first.ledgerID)
    }

    @Test func aSettledLedgerIsOfItsBoot() throws {
        let site = try Site()
        try site.record(entries: [], boot: "today")
        #expect(try !site.replayState(boot: "today").isOfAnotherBoot)
        #expect(try site.replayState(boot: "tomorrow").isOfAnotherBoot)
    }

    /// A daemon that dies before the floors of its boot are recorded leaves them missing.
    @Test func aLedgerThatWasOnlyReadInThisBootIsOfAnother() throws {
        let site = try Site()
        try site.record(entries: [LedgerEntry(spendings: [spending(try spent(1))])], boot: "yesterday")
        for _ in 0..<2 { #expect(try site.replayState(boot: "today").isOfAnotherBoot) }
        try site.record(entries: [], boot: "today")
        #expect(try !site.replayState(boot: "today").isOfAnotherBoot)
        #expect(try site.replayState(boot: "today").numbers == [1])
    }

    @Test func withoutABootsIDEveryBootIsAnother() throws {
        let site = try Site()
        try site.record(entries: [], boot: "")
        #expect(try site.replayState(boot: "").isOfAnotherBoot)
    }

    @Test func settlingRecordsTheFloors() throws {
        let site = try Site()
        do {
            #expect(try site.loaded().recordFloors([(generation(), 44)]).isHome)
        }
        let found = try site.replayState()
        #expect(!found.isOfAnotherBoot)
        #expect(found.floors == [generation(): 44])
    }

    @Test func aDeletedLedgerIsMadeAnew() throws {
        let site = try Site()
        try site.record(entries: [LedgerEntry(spendings: [spending(try spent(1))])])
        let id = try site.replayState().ledgerID
        for suffix in ["", "-wal", "-shm"] { try Files.remove(site.primary + suffix) }
        let found = try site.replayState()
        #expect(found.wasMadeAnew)
        #expect(found.ledgerID != id)
        #expect(found.state.isEmpty)
    }

    @Test func aDamagedLedgerIsMadeAnewAndToldOf() throws {
        let site = try Site()
        try site.record(entries: [LedgerEntry(spendings: [spending(try spent(1))])])
        var bytes = try Files.read(site.primary)
        for place in 4096..<bytes.count { bytes[place] = 0xFF }
        try site.directory.write(bytes, to: "state/state.db")
        let found = try site.replayState()
        #expect(found.isDamaged)
        #expect(found.wasMadeAnew)
    }

    @Test(arguments: [
        "UPDATE spent SET nonce = 'x'", "UPDATE spent SET timestamp = 'soon'", "UPDATE spent SET operation = 3",
        "UPDATE spent SET address = x'00'", "UPDATE floors SET generation = x'01'", "UPDATE floors SET floor = 'low'",
    ])
    func aRowThatMakesNoSenseIsDamage(statement: String) throws {
        let site = try Site()
        try site.record(entries: [LedgerEntry(spendings: [spending(try spent(1))], floors: [(generation(), 1)])])
        try Database(site.primary, readOnly: false).run(statement)
        let found = try site.replayState()
        #expect(found.isDamaged)
        #expect(!found.wasMadeAnew)
    }

}
