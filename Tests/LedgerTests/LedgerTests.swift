import Base
import Doors
import Foundation
import Linux
import Packets
import TestSupport
import Testing

@testable import Ledger

/// What must survive the daemon's death.
struct LedgerTests {
    private static let odd = ["o'door", "\"; DROP TABLE openings; --", "tür 🚪", "a\tb\u{1}\u{7F}", "%IP% ?1 :a", " "]

    @Test(arguments: odd)
    func oddCharactersSurvive(text: String) throws {
        let site = try Site()
        let kept = try opening(text, start: "a " + text, stop: text + " b")
        try site.record([kept])
        #expect(try site.load() == [kept])
    }

    @Test(
        arguments: [
            ("198.18.1.2", 1, nil, 1), ("::1", 2, 0, 0), ("2001:db8::ffff", 65_535, 1, 1 << 52),
            ("255.255.255.255", 1 << 52, 1 << 52, 4_000_000_000_000_000),
        ] as [(String, Int, Milliseconds?, Milliseconds)])
    func everyFieldSurvives(address: String, ordinal: Int, startLimit: Milliseconds?, deadline: Milliseconds) throws {
        let site = try Site()
        let kept = opening(
            at: OpeningKey(
                door: DoorIdentity(name: "d", ordinal: ordinal), address: try #require(IPAddress(address)), part: "k1"),
            OpeningCommands(
                start: String(repeating: "a", count: 4095), stop: "b", check: startLimit.map { "c \($0)" },
                startLimit: startLimit, stopLimit: 77, stopSuccess: ExitStatuses([0, 1, 255])),
            openFor: 88, deadline: deadline)
        try site.record([kept])
        #expect(try site.load() == [kept])
    }

    @Test func anOpeningThatIsOverIsGone() throws {
        let site = try Site()
        let (first, second) = (try opening("a"), try opening("b"))
        try site.record([first, second])
        do {
            let ledger = try site.ledger()
            #expect(ledger.close(first.key) { [second] })
        }
        #expect(try site.load() == [second])
    }

    @Test func openingsForOneAddressAreToldApart() throws {
        let site = try Site()
        let address = try #require(IPAddress("198.18.1.2"))
        let all = ["", "k1", "stop  close %"].map {
            opening(
                at: OpeningKey(door: DoorIdentity(name: "d"), address: address, part: $0),
                OpeningCommands(start: "open", stop: "close \($0)", startLimit: nil, stopLimit: 1))
        }
        try site.record(all)
        #expect(Set(try site.load().map(\.commands.stop)) == Set(all.map(\.commands.stop)))
        try site.record(entries: [LedgerEntry(closing: [all[1].key])])
        #expect(Set(try site.load().map(\.key)) == [all[0].key, all[2].key])
    }

    @Test func closingTellsDoorsOfOneNameApart() throws {
        let site = try Site()
        let all = [try opening(ordinal: 1), try opening(ordinal: 2), try opening(ordinal: 1, "::1")]
        try site.record(all)
        do {
            let (ledger, openings, _) = try site.started()
            #expect(openings.count == 3)
            #expect(ledger.close(all[0].key) { Array(all[1...]) })
        }
        #expect(Set(try site.load().map(\.key)) == Set(all[1...].map(\.key)))
    }

    @Test func whatWasRecordedLastCounts() throws {
        let site = try Site()
        let extended = try opening(deadline: 9000)
        try site.record([try opening(phase: .starting), try opening(deadline: 5000), extended])
        #expect(try site.load() == [extended])
    }

    @Test func anOpeningThatIsNotKnownToHaveStartedIsOverdue() throws {
        let site = try Site()
        try site.record([try opening(phase: .starting, deadline: 5000)])
        #expect(try site.load() == [try opening(deadline: 0)])
    }

    @Test func anOpeningWhoseStopIsNotKnownToHaveEndedIsOverdue() throws {
        let site = try Site()
        try site.record([try opening(phase: .closing, deadline: 5000)])
        #expect(try site.load() == [try opening(phase: .closing, deadline: 0)])
    }

    @Test func theProcessOfACommandIsRemembered() throws {
        let site = try Site()
        var starting = try opening(phase: .starting, deadline: 5000)
        starting.process = ProcessIdentity(id: 4242, began: 17)
        try site.record([starting])
        #expect(try site.load().map(\.process) == [ProcessIdentity(id: 4242, began: 17)])
    }

    @Test(arguments: [Int64.max, -1, 1 << 53])
    func aRowThatNoDaemonCanHaveWrittenIsNotBelieved(deadline: Int64) throws {
        let site = try Site()
        try site.record([try opening()])
        try Database(site.primary, readOnly: false).run("UPDATE openings SET deadline = ?", [.integer(deadline)])
        #expect(try site.load() == [])
    }

    @Test func anOpeningOfAnotherBootIsOverdue() throws {
        let site = try Site()
        try site.record([try opening(deadline: 5000)], boot: "yesterday")
        #expect(try site.load(boot: "today") == [try opening(deadline: 0)])
        #expect(try site.load(boot: "today") == [try opening(deadline: 0)], "not younger for having been read")
    }

    @Test func whatWasNotClosedComesBackEachTime() throws {
        let site = try Site()
        try site.record([try opening()])
        for _ in 0..<3 { #expect(try site.load() == [try opening()]) }
    }

    /// The files as a daemon leaves them that is killed: the newest rows are in the write-ahead log alone.
    @Test func whatWasRecordedBeforeAKillIsThere() throws {
        let site = try Site()
        let killed = try Site()
        let ledger = try site.ledger()
        #expect(ledger.record(try opening()) { [] })
        try Files.makePrivateDirectory(killed.directory.path("state"))
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: site.primary + suffix, toPath: killed.primary + suffix)
        }
        #expect(try killed.load() == [try opening()])
        withExtendedLifetime(ledger) {}
    }

    @Test func tenThousandOpeningsSurvive() throws {
        let site = try Site()
        let all = try (0..<10_000).map { try opening("198.18.\($0 / 256).\($0 % 256)", deadline: Milliseconds($0)) }
        do {
            // Recording one by one would take its time: let the ledger move with all of them.
            let ledger = try site.ledger()
            let blocker = try site.block(site.primary)
            #expect(ledger.record(all[0]) { all })
            try blocker.run("ROLLBACK")
            ledger.tryToReturn { all }
            #expect(ledger.isHome)
        }
        #expect(try site.load() == all)
    }
}
