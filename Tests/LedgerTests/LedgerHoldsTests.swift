import Base
import Doors
import Keys
import Packets
import TestSupport
import Testing

@testable import Ledger

/// Who holds an opening, and what its commands get to know.
struct LedgerHoldsTests {
    private let laptop: KeyName
    private let site: Site

    init() throws {
        laptop = try #require(KeyName("laptop"))
        site = try Site()
    }

    private func opening(
        _ address: String = "198.18.1.2", key: KeyName? = nil, seconds: Int = 10, phase: Opening.Phase = .open,
        holds: [Hold]
    ) throws -> Opening {
        let address = try #require(IPAddress(address))
        return Opening(
            key: OpeningKey(door: DoorIdentity(name: "ssh"), address: address),
            values: CommandValues(address: address, key: key, door: "ssh", seconds: seconds),
            commands: OpeningCommands(start: "open", stop: "close", startLimit: nil, stopLimit: 30_000), phase: phase,
            holds: holds)
    }

    @Test func holdsOfAllKindsSurvive() throws {
        let longest = try #require(KeyName(String(repeating: "k", count: 64)))
        let holds = [
            Hold(holder: .sequence, generation: nil, openFor: 1000, deadline: 5000),
            Hold(
                holder: .key(longest), generation: generation(2), openFor: 7_000_000, deadline: 9000, awaitsStart: true),
            Hold(holder: .key(laptop), generation: generation(1), openFor: 2000, deadline: 0),
        ]
        let kept = try opening(key: laptop, seconds: 86_400, holds: holds)
        try site.record([kept])
        #expect(try site.load() == [kept])
    }

    @Test func eachGenerationOfAKeyHasAHoldOfItsOwn() throws {
        let holds = [1, 2].map {
            Hold(holder: .key(laptop), generation: generation($0), openFor: 2000, deadline: 5000 + Milliseconds($0))
        }
        let kept = try opening(key: laptop, holds: holds)
        try site.record([kept])
        #expect(try site.load() == [kept])
    }

    @Test func aHoldThatEndedIsGone() throws {
        let both = [
            Hold(holder: .sequence, generation: nil, openFor: 1000, deadline: 5000),
            Hold(holder: .key(laptop), generation: generation(), openFor: 2000, deadline: 6000),
        ]
        let (before, after) = (try opening(holds: both), try opening(holds: [both[0]]))
        let other = try opening("::1", holds: [both[1]])
        try site.record([before, other, after])
        #expect(Set(try site.load().map(\.key.address)) == [after.key.address, other.key.address])
        #expect(try site.load().contains(after))
        #expect(try site.load().contains(other))
    }

    @Test func ofAKnownOpeningOnlyTheHoldsThatChangedAreWritten() throws {
        let keys = try (0..<5).map { try #require(KeyName("key\($0)")) }
        var holds = keys.map { Hold(holder: .key($0), generation: generation(), openFor: 1, deadline: 6000) }
        let ledger = try site.ledger()
        #expect(ledger.record(try opening(holds: holds)) { [] })
        let watcher = try Database(site.primary, readOnly: false)
        try watcher.run("CREATE TABLE writes (holder TEXT)")
        for (event, row) in [("INSERT", "new"), ("DELETE", "old"), ("UPDATE", "new")] {
            try watcher.run(
                "CREATE TRIGGER w\(event) AFTER \(event) ON holds BEGIN INSERT INTO writes VALUES (\(row).holder); END")
        }
        holds[1].deadline = 9000
        holds.remove(at: 3)
        let new = Hold(holder: .sequence, generation: nil, openFor: 2, deadline: 7000, awaitsStart: true)
        var after = try opening(holds: holds + [new])
        after.startFailed = true
        #expect(ledger.record(after) { [] })
        let written = try watcher.run("SELECT holder FROM writes ORDER BY holder").map { $0[0].text }
        #expect(written == ["", "key1", "key3"])
        let found = try #require(try watcher.openings().first).opening(in: "boot")
        #expect(found.startFailed && found.deadline == 9000 && found.openFor == 2)
        #expect(found.holds == [new] + holds)
    }

    @Test func theHoldsOfAnOpeningThatIsOverAreGone() throws {
        let closed = try opening(
            holds: [Hold(holder: .key(laptop), generation: generation(), openFor: 1, deadline: 6000)])
        try site.record(entries: [LedgerEntry(openings: [closed]), LedgerEntry(closing: [closed.key])])
        #expect(try Database(site.primary, readOnly: true).run("SELECT * FROM holds") == [])
        let next = try opening(holds: [Hold(holder: .sequence, generation: nil, openFor: 1, deadline: 7000)])
        try site.record(entries: [LedgerEntry(openings: [next])])
        #expect(try site.load() == [next])
    }

    @Test func closedAndOpenedAnewAtOnceIsOpen() throws {
        let first = try opening(holds: [Hold(holder: .sequence, generation: nil, openFor: 1, deadline: 6000)])
        let next = try opening(
            key: laptop, holds: [Hold(holder: .key(laptop), generation: generation(), openFor: 1, deadline: 7000)])
        try site.record(entries: [LedgerEntry(openings: [first]), LedgerEntry(openings: [next], closing: [first.key])])
        #expect(try site.load() == [next])
    }

    @Test(arguments: ["starting", "closing", "another boot"])
    func anOverdueOpeningHasNoHoldThatCounts(how: String) throws {
        let hold = Hold(
            holder: .key(laptop), generation: generation(), openFor: 1, deadline: 6000, awaitsStart: how == "starting")
        let phase: Opening.Phase = how == "starting" ? .starting : how == "closing" ? .closing : .open
        try site.record([try opening(phase: phase, holds: [hold])])
        let found = try site.load(boot: how == "another boot" ? "next" : "boot")
        #expect(found.map(\.deadline) == [0])
        #expect(found.first?.holds.map(\.awaitsStart) == [false])
        #expect(found.first?.holds.map(\.holder) == [.key(laptop)])
    }

    @Test(arguments: [
        "UPDATE holds SET deadline = -1", "UPDATE holds SET open_for = 'long'", "UPDATE holds SET holder = 'a b'",
        "DELETE FROM holds",
    ])
    func whereNoHoldMakesSenseItLastsUntilItsDeadline(statement: String) throws {
        let hold = Hold(holder: .key(laptop), generation: generation(), openFor: 100, deadline: 6000)
        try site.record([try opening(holds: [hold])])
        try Database(site.primary, readOnly: false).run(statement)
        let found = try site.load()
        #expect(found.map(\.deadline) == [6000])
        #expect(found.first?.holds.map(\.holder) == [.sequence])
    }
}
