import Foundation
import Keys
import Linux
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// What programs beside the daemon read of its ledger.
struct KeyUseTests {
    private let site: Site

    init() throws {
        site = try Site()
    }

    private func read() -> [GenerationID: KeyUse]? {
        Ledger.readKeyUse(stateFile: site.primary, fallbackDirectory: site.runDirectory)
    }

    private func used(_ moment: UnixSeconds) -> [GenerationID: KeyUse] {
        [generation(): KeyUse(firstUsed: moment, lastUsed: moment)]
    }

    @Test func withoutALedgerNothingIsKnownAndNothingIsMade() throws {
        #expect(read() == [:])
        #expect(try site.directory.names() == [])
    }

    @Test func whatADaemonLeftIsReadAndNothingIsMade() throws {
        try site.record(entries: [LedgerEntry(uses: [generation(): 5])])
        let before = try FileManager.default.subpathsOfDirectory(atPath: site.directory.path).sorted()
        #expect(read() == used(5))
        #expect(try FileManager.default.subpathsOfDirectory(atPath: site.directory.path).sorted() == before)
    }

    @Test func itIsReadBesideADaemonThatWrites() throws {
        let ledger = try site.ledger()
        for moment in 1...50 as ClosedRange<UnixSeconds> {
            #expect(ledger.record(LedgerEntry(uses: [generation(): moment])) { LedgerContent() } == .recorded)
            #expect(read() == [generation(): KeyUse(firstUsed: 1, lastUsed: moment)])
        }
        // In the midst of a transaction of somebody else.
        let blocker = try site.block(site.primary)
        try blocker.run("UPDATE uses SET last_used = 99")
        #expect(read() == [generation(): KeyUse(firstUsed: 1, lastUsed: 50)])
        try blocker.run("ROLLBACK")
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
    }

    @Test func itIsReadAfterAKill() throws {
        let killed = try Site()
        let ledger = try site.ledger()
        #expect(ledger.record(LedgerEntry(uses: [generation(): 5])) { LedgerContent() } == .recorded)
        try Files.makePrivateDirectory(killed.directory.path("state"))
        for suffix in ["", "-wal", "-shm"] {
            try FileManager.default.copyItem(atPath: site.primary + suffix, toPath: killed.primary + suffix)
        }
        #expect(Ledger.readKeyUse(stateFile: killed.primary, fallbackDirectory: killed.runDirectory) == used(5))
        withExtendedLifetime(ledger) {}
    }

    @Test func itIsReadFromTheFallbackWhereTheLedgerIs() throws {
        let ledger = try site.ledger()
        #expect(ledger.record(LedgerEntry(uses: [generation(): 1])) { LedgerContent() } == .recorded)
        let blocker = try site.block(site.primary)
        let all = LedgerContent(replay: ReplayState(uses: used(2)))
        #expect(ledger.record(LedgerEntry(uses: [generation(): 2])) { all } == .recorded)
        #expect(read() == used(2))
        try blocker.run("ROLLBACK")
        let last = LedgerContent(replay: ReplayState(uses: used(3)))
        ledger.tryToReturn { last }
        #expect(read() == used(3))
    }

    /// Such characters mean something in SQLite's names of files.
    @Test func aPathMayHaveAnyCharacters() throws {
        let odd = try Site("a?b#c%20d 'e\".db")
        try odd.record(entries: [LedgerEntry(uses: [generation(): 5])])
        #expect(Ledger.readKeyUse(stateFile: odd.primary, fallbackDirectory: odd.runDirectory) == used(5))
    }

    @Test func aLedgerOfTheFirstVersionKnowsNothing() throws {
        try site.makeStateFile(["CREATE TABLE ledger (epoch INTEGER NOT NULL)", "PRAGMA user_version = 1"])
        #expect(read() == [:])
    }

    @Test func whatIsNoLedgerCannotBeRead() throws {
        try Files.makePrivateDirectory(site.directory.path("state"))
        try site.directory.write(Array("SQLite format 3\0 and no more".utf8), to: "state/state.db")
        #expect(read() == nil)
    }

    /// Two daemons on one configuration, one of which had the keys before.
    @Test func whatAnotherDaemonHasRecordedIsKnown() throws {
        let ledgers = try ["eth0", "lo"].map { interface in
            try LockedLedger(
                stateFile: site.primary, interfaces: [interface], mayStepAside: true,
                fallbackDirectory: site.runDirectory, bootID: "boot"
            ).load().recordFloors([])
        }
        #expect(ledgers[0].record(LedgerEntry(uses: [generation(): 5])) { LedgerContent() } == .recorded)
        #expect(ledgers[1].usesOfAll() == used(5))
        #expect(ledgers[1].record(LedgerEntry(uses: [generation(): 7])) { LedgerContent() } == .recorded)
        for ledger in ledgers { #expect(ledger.usesOfAll() == [generation(): KeyUse(firstUsed: 5, lastUsed: 7)]) }
    }
}
