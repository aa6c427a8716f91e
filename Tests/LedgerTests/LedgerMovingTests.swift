import Doors
import Foundation
import Linux
import Packets
import TestSupport
import Testing

@testable import Ledger

/// Where StateFile cannot be written.
struct LedgerMovingTests {
    /// Each way makes StateFile impossible and returns how to make it possible again.
    enum Obstacle: CaseIterable {
        case noParent, parentIsAFile, isADirectory

        fileprivate func stand(at site: Site) throws -> () throws -> Void {
            let state = site.directory.path("state")
            switch self {
            case .noParent:
                return { try Files.makePrivateDirectory(site.directory.path("missing")) }
            case .parentIsAFile:
                try Files.makePrivateFile(state)
                return { try Files.remove(state) }
            case .isADirectory:
                try Files.makePrivateDirectory(state)
                try Files.makePrivateDirectory(site.primary)
                return { try FileManager.default.removeItem(atPath: site.primary) }
            }
        }

        fileprivate var site: Site {
            get throws { try self == .noParent ? Site("missing/state/state.db") : Site() }
        }
    }

    @Test(arguments: Obstacle.allCases)
    func theFallbackIsUsedAndToldOnce(obstacle: Obstacle) throws {
        let site = try obstacle.site
        _ = try obstacle.stand(at: site)
        let (ledger, openings, _) = try site.started()
        #expect(openings == [])
        #expect(!ledger.isHome)
        let changes = ledger.takeChanges()
        guard case .movedToFallback(site.primary, let reason, site.fallback) = changes.first else {
            Issue.record("\(changes)")
            return
        }
        #expect(changes.count == 1)
        #expect(!reason.isEmpty)
        #expect(ledger.record(try opening("a")) { [] })
        #expect(ledger.record(try opening("b")) { [] })
        ledger.tryToReturn { [] }
        #expect(!ledger.isHome)
        #expect(ledger.takeChanges() == [])
    }

    @Test(arguments: Obstacle.allCases)
    func theFallbackSurvivesTheDaemon(obstacle: Obstacle) throws {
        let site = try obstacle.site
        _ = try obstacle.stand(at: site)
        try site.record([try opening()])
        #expect(try site.load() == [try opening()])
    }

    @Test(arguments: Obstacle.allCases)
    func itMovesBackWithEverythingWhenItCan(obstacle: Obstacle) throws {
        let site = try obstacle.site
        let remove = try obstacle.stand(at: site)
        let all = [try opening("a"), try opening("b")]
        do {
            let ledger = try site.ledger()
            for one in all { #expect(ledger.record(one) { all }) }
            _ = ledger.takeChanges()
            try remove()
            // The daemon makes the directory of StateFile at its start; here it came later.
            try FileManager.default.createDirectory(
                atPath: String(site.primary.dropLast("/state.db".count)), withIntermediateDirectories: true)
            ledger.tryToReturn { all }
            #expect(ledger.isHome)
            #expect(ledger.takeChanges() == [.movedBack(file: site.primary)])
            #expect(ledger.takeFound() == [])
            ledger.tryToReturn { [] }
            #expect(ledger.takeChanges() == [])
            #expect(ledger.record(try opening("c")) { all })
        }
        #expect(try site.load().inOrder == all + [try opening("c")], "StateFile is the newer one again")
    }

    @Test(arguments: [Obstacle.noParent, .parentIsAFile])
    func itMovesBackWhenOnlyItsDirectoryIsMissing(obstacle: Obstacle) throws {
        let site = try obstacle.site
        let remove = try obstacle.stand(at: site)
        let ledger = try site.ledger()
        try remove()
        ledger.tryToReturn { [] }
        #expect(ledger.isHome)
    }

    /// As on a disk that is full, or read-only: SQLite finds nothing beside the file that it could read it with.
    @Test func whatAnEndedDaemonHasLeftIsReadWhereNothingCanBeMade() throws {
        let site = try Site()
        let all = [try opening()]
        try site.record(all)
        try FileManager.default.createSymbolicLink(atPath: site.primary + "-shm", withDestinationPath: "nowhere")
        // The first one leaves an empty file there, where SQLite would note changes.
        for _ in 1...2 {
            let (ledger, openings, replay) = try site.started()
            #expect(openings == all)
            #expect(!ledger.isHome)
            #expect(!replay.isDamaged)
            #expect(ledger.takeChanges().count == 1)
        }
        #expect(Files.exists(site.primary + "-wal"))
    }

    @Test func aWriteThatFailsLaterMovesAllOpenings() throws {
        let site = try Site()
        let all = [try opening("a"), try opening("b")]
        do {
            let ledger = try site.ledger()
            #expect(ledger.record(all[0]) { [all[0]] })
            let blocker = try site.block(site.primary)
            #expect(ledger.record(all[1]) { all })
            #expect(!ledger.isHome)
            #expect(
                ledger.takeChanges() == [
                    .movedToFallback(file: site.primary, reason: "database is locked", fallback: site.fallback)
                ])
            #expect(ledger.record(all[1]) { all })
            #expect(ledger.takeChanges() == [])
            try blocker.run("ROLLBACK")
        }
        #expect(try site.load().inOrder == all, "the fallback is the newer one")
        #expect(try site.load().inOrder == all, "and StateFile has all of it now")
    }

    @Test func whatWasClosedMeanwhileDoesNotComeBack() throws {
        let site = try Site()
        let (first, second) = (try opening("a"), try opening("b"))
        do {
            let ledger = try site.ledger()
            #expect(ledger.record(first) { [first] })
            let blocker = try site.block(site.primary)
            #expect(ledger.record(second) { [first, second] })
            #expect(ledger.close(first.key) { [second] })
            try blocker.run("ROLLBACK")
            ledger.tryToReturn { [second] }
            #expect(ledger.isHome)
            #expect(ledger.takeFound() == [])
        }
        #expect(try site.load() == [second])
    }

    @Test func whereNeitherFileTakesItNothingIsRecorded() throws {
        let site = try Site()
        let kept = try opening("kept")
        do {
            let ledger = try site.ledger()
            let primary = try site.block(site.primary)
            #expect(ledger.record(kept) { [kept] }, "in the fallback")
            let fallback = try site.block(site.fallback)
            _ = ledger.takeChanges()

            #expect(!ledger.record(try opening("b")) { [] })
            #expect(ledger.takeChanges() == [.lost(reason: "database is locked")])
            #expect(!ledger.record(try opening("b")) { [] })
            #expect(!ledger.close(kept.key) { [] })
            ledger.tryToReturn { [] }
            #expect(!ledger.isHome)
            #expect(ledger.takeChanges() == [], "told once")

            try fallback.run("ROLLBACK")
            #expect(ledger.record(kept) { [kept] })
            guard case .movedToFallback = ledger.takeChanges().first else {
                Issue.record("not told that it goes on")
                return
            }
            try primary.run("ROLLBACK")
            ledger.tryToReturn { [kept] }
            #expect(ledger.takeChanges() == [.movedBack(file: site.primary)])
        }
        #expect(try site.load() == [kept])
    }

    @Test func aLossIsToldAgainAfterItWasMended() throws {
        let site = try Site()
        let ledger = try site.ledger()
        _ = ledger.takeChanges()
        let primary = try site.block(site.primary)
        for _ in 0..<2 {
            try Files.makePrivateDirectory(site.fallback)
            #expect(!ledger.record(try opening()) { [] })
            #expect(ledger.takeChanges() == [.lost(reason: "Is a directory")])
            try primary.run("ROLLBACK")
            ledger.tryToReturn { [] }
            #expect(ledger.isHome)
            #expect(ledger.takeChanges() == [.movedBack(file: site.primary)])
            try primary.run("BEGIN IMMEDIATE")
        }
        try primary.run("ROLLBACK")
    }

    @Test func aRecordThatReachesTheFileAfterALossReportsIt() throws {
        let site = try Site()
        let ledger = try site.ledger()
        let primary = try site.block(site.primary)
        try Files.makePrivateDirectory(site.fallback)
        #expect(!ledger.record(try opening()) { [] })
        _ = ledger.takeChanges()
        try primary.run("ROLLBACK")
        let kept = try opening("kept")
        #expect(ledger.record(kept) { [kept] } && ledger.isHome)
        #expect(ledger.takeChanges() == [.movedBack(file: site.primary)])
    }

    @Test func withoutAnyDirectoryTheLedgerIsLost() throws {
        let directory = try TemporaryDirectory()
        let loaded = try LockedLedger(
            stateFile: directory.path("no/state/state.db"), fallbackDirectory: directory.path("no/run"), bootID: "b"
        ).load()
        #expect(loaded.openings == [])
        let ledger = loaded.recordFloors([])
        guard case .lost = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(!ledger.record(try opening()) { [] })
        #expect(ledger.takeChanges() == [])
    }

    @Test func openingsThatTurnUpLaterAreFound() throws {
        let site = try Site()
        let (known, lost, both) = (try opening("known"), try opening("lost"), try opening("both", deadline: 1))
        try site.record([lost, both])
        let state = site.directory.path("state")
        // As a disk that is mounted after the daemon has started.
        try Files.rename(state, to: site.directory.path("away"))
        try Files.makePrivateFile(state)
        let later = try opening("both", deadline: 9000)
        do {
            let (ledger, openings, _) = try site.started()
            #expect(openings == [])
            for one in [known, later] { #expect(ledger.record(one) { [known, later] }) }
            try Files.remove(state)
            try Files.rename(site.directory.path("away"), to: state)
            ledger.tryToReturn { [known, later] }
            #expect(ledger.isHome)
            #expect(ledger.takeFound() == [lost])
            #expect(ledger.takeFound() == [])
        }
        #expect(try site.load().inOrder == [later, known, lost])
    }

    /// Not only what is tried every few seconds brings the ledger home.
    @Test(arguments: [true, false])
    func openingsThatTurnUpWithARecordAreFound(isLost: Bool) throws {
        let site = try Site()
        let (known, lost) = (try opening("known"), try opening("lost"))
        try site.record([lost])
        let state = site.directory.path("state")
        try Files.rename(state, to: site.directory.path("away"))
        try Files.makePrivateFile(state)
        do {
            let ledger = try site.ledger()
            #expect(!ledger.isHome && ledger.isWritten)
            let blocker = try site.block(site.fallback)
            if isLost { #expect(!ledger.record(known) { [known] }) }
            try Files.remove(state)
            try Files.rename(site.directory.path("away"), to: state)
            #expect(ledger.takeFound() == [])
            #expect(ledger.record(known) { [known] })
            #expect(ledger.isHome)
            #expect(ledger.takeFound() == [lost])
            try blocker.run("ROLLBACK")
        }
        #expect(try site.load().inOrder == [known, lost])
    }

    /// Its stop command is the only one that closes what its start command has opened.
    @Test func oneThatTurnsUpWithAnotherStopCommandIsStoppedBesides() throws {
        let site = try Site()
        try site.record([try opening(stop: "old")])
        let state = site.directory.path("state")
        try Files.rename(state, to: site.directory.path("away"))
        try Files.makePrivateFile(state)
        let (ledger, openings, _) = try site.started()
        #expect(openings == [])
        let known = try opening(stop: "new")
        #expect(ledger.record(known) { [known] })
        try Files.remove(state)
        try Files.rename(site.directory.path("away"), to: state)
        ledger.tryToReturn { [known] }
        let found = ledger.takeFound()
        #expect(found.map(\.commands.stop) == ["old"])
        #expect(found.map(\.deadline) == [0])
        #expect(found.map(\.key) == [known.key.replaced("old")])
        #expect(ledger.close(known.key) { found })
        withExtendedLifetime(ledger) {}
    }

    private func write(revision: Int64, _ name: String, to path: String) throws {
        try SQLiteStore(path, bootID: "boot").takeOver(
            StoredContent.Head(revision: revision, id: "id", boot: "boot"), LedgerContent(openings: [try opening(name)])
        )
    }

    @Test(arguments: [(5, 9, "fallback"), (9, 5, "primary"), (7, 7, "primary")])
    func theNewerFileCounts(primary: Int64, fallback: Int64, expected: String) throws {
        let site = try Site()
        try site.record([])
        try write(revision: primary, "primary", to: site.primary)
        try write(revision: fallback, "fallback", to: site.fallback)
        #expect(try site.load().map(\.key.door.name) == [expected])
        #expect(try site.load().map(\.key.door.name) == [expected])
    }
}
