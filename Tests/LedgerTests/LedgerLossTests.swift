import Doors
import Foundation
import Glibc
import Linux
import Packets
import TestSupport
import Testing

@testable import Ledger

/// A file that is removed or replaced while the daemon has it open: what is written to it reaches nobody.
struct LedgerLossTests {
    private static let reason = "the file was removed or replaced"

    /// How the file can get lost.
    enum Loss: CaseIterable {
        case removed, removedWithItsDirectory, renamed, replaced, itsLogRemoved

        fileprivate func happen(to site: Site) throws {
            let state = site.directory.path("state")
            switch self {
            case .removed: try Files.remove(site.primary)
            case .removedWithItsDirectory: try FileManager.default.removeItem(atPath: state)
            case .renamed: try Files.rename(site.primary, to: site.primary + ".old")
            case .replaced:
                try FileManager.default.copyItem(atPath: site.primary, toPath: site.primary + ".copy")
                try Files.rename(site.primary + ".copy", to: site.primary)
            case .itsLogRemoved: try Files.remove(site.primary + "-wal")
            }
        }
    }

    @Test(arguments: Loss.allCases)
    func theNextRecordReachesTheNextDaemon(loss: Loss) throws {
        let site = try Site()
        let all = [try opening("a"), try opening("b")]
        do {
            let ledger = try site.ledger()
            #expect(ledger.record(all[0]) { [all[0]] })
            try loss.happen(to: site)
            #expect(ledger.record(all[1]) { all })
            #expect(!ledger.isHome)
            #expect(
                ledger.takeChanges() == [
                    .movedToFallback(file: site.primary, reason: Self.reason, fallback: site.fallback)
                ])
        }
        #expect(try site.load().inOrder == all)
    }

    @Test(arguments: Loss.allCases)
    func itIsNoticedWithoutARecordAndTheLedgerComesBack(loss: Loss) throws {
        let site = try Site()
        let all = [try opening("a"), try opening("b")]
        do {
            let ledger = try site.ledger()
            for one in all { #expect(ledger.record(one) { all }) }
            ledger.lookAtFile { LedgerContent(openings: all) }
            #expect(ledger.isHome && ledger.takeChanges() == [])
            try loss.happen(to: site)
            ledger.lookAtFile { LedgerContent(openings: all) }
            #expect(!ledger.isHome)
            ledger.tryToReturn { all }
            #expect(ledger.isHome)
            #expect(ledger.takeFound() == [])
            ledger.lookAtFile { LedgerContent(openings: all) }
            #expect(ledger.isHome)
            #expect(ledger.takeChanges().count == 2)
            // It can be locked by one daemon only.
            #expect(throws: Ledger.LedgerError.self) { try site.ledger() }
        }
        #expect(try site.load().inOrder == all)
        #expect(!Files.exists(site.fallback))
    }

    @Test func whatIsFoundInTheNewFileIsClosed() throws {
        let site = try Site()
        let (known, stranger) = (try opening("known"), try opening("stranger"))
        let other = site.directory.path("other.db")
        try SQLiteStore(other, bootID: "boot").takeOver(
            StoredContent.Head(revision: 1, id: "other", boot: "boot"), LedgerContent(openings: [stranger]))
        let ledger = try site.ledger()
        #expect(ledger.record(known) { [known] })
        try Files.rename(other, to: site.primary)
        ledger.lookAtFile { LedgerContent(openings: [known]) }
        ledger.tryToReturn { [known] }
        #expect(ledger.isHome)
        #expect(ledger.takeFound() == [stranger])
        #expect(ledger.formerIDs == ["other"], "its commands know that number")
    }

    @Test func theFallbackIsLookedAtToo() throws {
        let site = try Site("missing/state/state.db")
        let all = [try opening("a"), try opening("b")]
        let ledger = try site.ledger()
        #expect(ledger.record(all[0]) { [all[0]] })
        try FileManager.default.removeItem(atPath: site.runDirectory)
        try Files.makePrivateDirectory(site.directory.path("missing"))
        #expect(ledger.record(all[1]) { all })
        #expect(ledger.isHome)
    }

    @Test func aLockThatWasRemovedIsTakenAnew() throws {
        let site = try Site()
        let ledger = try site.ledger()
        try Files.remove(site.primary + ".lock")
        try Files.remove(site.fallback + ".lock")
        #expect(ledger.record(try opening()) { [] })
        #expect(ledger.isHome)
        #expect(throws: Ledger.LedgerError.inUse(file: site.primary, process: "\(getpid())")) { try site.ledger() }
    }

    @Test func aLedgerThatAnotherDaemonHasTakenIsLeft() throws {
        let site = try Site()
        let ledger = try site.ledger()
        try Files.remove(site.primary + ".lock")
        let other = try LockFile(site.primary + ".lock")
        #expect(ledger.record(try opening()) { [] })
        #expect(!ledger.isHome)
        ledger.tryToReturn { [] }
        #expect(!ledger.isHome)
        withExtendedLifetime(other) {}
    }

    /// One ledger in /run from before the disk with StateFile was there, whose daemon was killed; the disk is there again.
    @Test func openingsOfTwoLedgersAreAllFoundAtTheStart() throws {
        let site = try Site()
        try site.record([try opening("old")])
        try Files.rename(site.directory.path("state"), to: site.directory.path("away"))
        try Files.makePrivateFile(site.directory.path("state"))
        try site.record([try opening("new")])
        try Files.remove(site.directory.path("state"))
        try Files.rename(site.directory.path("away"), to: site.directory.path("state"))
        for _ in 1...2 { #expect(try Set(site.load().map(\.key.door.name)) == ["old", "new"]) }
    }
}
