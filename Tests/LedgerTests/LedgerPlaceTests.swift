import Doors
import Foundation
import Linux
import Packets
import TestSupport
import Testing

@testable import Ledger

/// Locks, and who may read what.
struct LedgerPlaceTests {
    @Test func aSecondDaemonIsToldWhoHasTheLedger() throws {
        let site = try Site()
        let ledger = try site.ledger()
        #expect(throws: Ledger.LedgerError.inUse(file: site.primary, process: "\(getpid())")) {
            try site.ledger()
        }
        withExtendedLifetime(ledger) {}
    }

    @Test func theLockGoesWithItsLedger() throws {
        let site = try Site()
        _ = try site.ledger()
        _ = try site.ledger()
    }

    @Test func aSecondDaemonIsKeptOutAlsoWhereStateFileCannotBe() throws {
        let site = try Site("missing/state/state.db")
        let ledger = try site.ledger()
        #expect(throws: Ledger.LedgerError.inUse(file: site.primary, process: "\(getpid())")) {
            try site.ledger()
        }
        withExtendedLifetime(ledger) {}
    }

    private func ledger(_ name: String, of site: Site) throws -> FailoverLedger {
        try LockedLedger(
            stateFile: site.directory.path(name), fallbackDirectory: site.runDirectory, bootID: "boot"
        ).load().recordFloors([])
    }

    @Test func ledgersOfDifferentFilesDoNotMeet() throws {
        let site = try Site()
        let first = try site.ledger()
        let second = try ledger("state/other.db", of: site)
        withExtendedLifetime((first, second)) {}
    }

    /// Their paths differ in nothing but where a directory ends.
    @Test func fallbacksOfDifferentFilesDoNotMeet() throws {
        let site = try Site()
        try Files.makePrivateDirectory(site.directory.path("a"))
        let first = try ledger("a/b.db", of: site)
        #expect(throws: Never.self) { try ledger("a-b.db", of: site) }
        withExtendedLifetime(first) {}
    }

    @Test func nobodyElseMayRead() throws {
        let site = try Site()
        let ledger = try site.ledger()
        #expect(ledger.record(try opening()) { [] })
        #expect(Files.mode(site.directory.path("state")) == 0o700)
        #expect(Files.mode(site.runDirectory) == 0o700)
        for file in [site.primary, site.primary + "-wal", site.primary + "-shm", site.primary + ".lock"] {
            #expect(Files.mode(file) == 0o600, "\(file)")
        }
        let blocker = try site.block(site.primary)
        #expect(ledger.record(try opening()) { [] })
        #expect(Files.mode(site.fallback) == 0o600)
        #expect(Files.mode(site.fallback + ".lock") == 0o600)
        try blocker.run("ROLLBACK")
    }

    @Test func aReaderIsNotKeptOut() throws {
        let site = try Site()
        let ledger = try site.ledger()
        #expect(ledger.record(try opening()) { [] })
        let reader = try Database(site.primary, readOnly: true)
        #expect(try reader.run("SELECT door FROM openings") == [[.text("ssh")]])
        #expect(ledger.record(try opening("b")) { [] })
        #expect(ledger.isHome)
    }

    /// /var/lib may be a link to another disk.
    @Test func aLinkOnTheWayToStateFileIsFollowed() throws {
        let site = try Site("link/state.db")
        try Files.makePrivateDirectory(site.directory.path("real"))
        try FileManager.default.createSymbolicLink(
            atPath: site.directory.path("link"), withDestinationPath: site.directory.path("real"))
        let ledger = try site.ledger()
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
    }
}
