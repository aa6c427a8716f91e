import Doors
import Foundation
import Linux
import Packets
import TestSupport
import Testing

@testable import Ledger

/// A place for a ledger and its fallback, both in one directory of the test's own.
private final class Site {
    let directory: TemporaryDirectory
    let primary: String
    let runDirectory: String

    /// - Parameter stateFile: the name of StateFile within the directory.
    init(_ stateFile: String = "state/state.db") throws {
        directory = try TemporaryDirectory()
        primary = directory.path(stateFile)
        runDirectory = directory.path("run")
    }

    var fallback: String { "\(runDirectory)/state-\(Files.digest(ofPath: primary)).db" }

    func ledger(boot: String = "boot") throws -> Ledger {
        try Ledger(stateFile: primary, fallbackDirectory: runDirectory, bootID: boot)
    }

    /// What a daemon that starts now finds.
    func load(boot: String = "boot") throws -> [Opening] {
        try ledger(boot: boot).load()
    }

    /// A daemon's life in which these openings are recorded.
    func record(_ openings: [Opening], boot: String = "boot") throws {
        let ledger = try ledger(boot: boot)
        _ = ledger.load()
        for opening in openings { #expect(ledger.record(opening) { openings }) }
    }

    /// Puts something into StateFile that is no ledger of ours.
    func makeStateFile(_ statements: [String]) throws {
        try Files.makePrivateDirectory(directory.path("state"))
        try Files.makePrivateFile(primary)
        let database = try Database(primary, readOnly: false)
        for statement in statements { try database.run(statement) }
    }

    /// Keeps everybody from writing a file for as long as the result lives, as a full disk would.
    func block(_ path: String) throws -> Database {
        let database = try Database(path, readOnly: false)
        try database.run("BEGIN IMMEDIATE")
        return database
    }
}

private func opening(
    _ name: String = "ssh", ordinal: Int = 1, _ address: String = "198.18.1.2", start: String = "open",
    stop: String = "close", startLimit: Milliseconds? = nil, phase: Opening.Phase = .open,
    deadline: Milliseconds = 5000
) throws -> Opening {
    Opening(
        key: OpeningKey(
            door: DoorIdentity(name: name, ordinal: ordinal), address: try #require(IPAddress(address))),
        startCommand: start, stopCommand: stop, startLimit: startLimit, stopLimit: 30_000, openFor: 10_000,
        phase: phase, deadline: deadline)
}

extension [Opening] {
    /// In an order that does not depend on who made the list.
    fileprivate var inOrder: [Opening] {
        sorted { ($0.key.door.name, $0.key.address.low) < ($1.key.door.name, $1.key.address.low) }
    }
}

/// What must survive the daemon's death.
struct LedgerTests {
    private static let odd = ["o'door", "\"; DROP TABLE openings; --", "tür 🚪", "a\tb\u{1}\u{7F}", "%IP% ?1 :a", " "]

    // MARK: Remembering

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
        let kept = Opening(
            key: OpeningKey(
                door: DoorIdentity(name: "d", ordinal: ordinal), address: try #require(IPAddress(address))),
            startCommand: String(repeating: "a", count: 4095), stopCommand: "b", startLimit: startLimit,
            stopLimit: 77, openFor: 88, phase: .open, deadline: deadline)
        try site.record([kept])
        #expect(try site.load() == [kept])
    }

    @Test func anOpeningThatIsOverIsGone() throws {
        let site = try Site()
        let (first, second) = (try opening("a"), try opening("b"))
        try site.record([first, second])
        do {
            let ledger = try site.ledger()
            _ = ledger.load()
            #expect(ledger.close(first.key) { [second] })
        }
        #expect(try site.load() == [second])
    }

    @Test func closingTellsDoorsOfOneNameApart() throws {
        let site = try Site()
        let all = [try opening(ordinal: 1), try opening(ordinal: 2), try opening(ordinal: 1, "::1")]
        try site.record(all)
        do {
            let ledger = try site.ledger()
            #expect(ledger.load().count == 3)
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
        starting.process = ProcessMark(id: 4242, began: 17)
        try site.record([starting])
        #expect(try site.load().map(\.process) == [ProcessMark(id: 4242, began: 17)])
    }

    @Test(arguments: [Int64.max, -1, 1 << 53])
    func aRowThatNoDaemonCanHaveWrittenIsNotBelieved(deadline: Int64) throws {
        let site = try Site()
        try site.record([try opening(deadline: deadline)])
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
        _ = ledger.load()
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
            _ = ledger.load()
            let blocker = try site.block(site.primary)
            #expect(ledger.record(all[0]) { all })
            try blocker.run("ROLLBACK")
            ledger.tryToReturn { all }
            #expect(ledger.isHome)
        }
        #expect(try site.load() == all)
    }

    // MARK: Locks and files

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

    @Test func ledgersOfDifferentFilesDoNotMeet() throws {
        let site = try Site()
        let first = try site.ledger()
        let second = try Ledger(
            stateFile: site.directory.path("state/other.db"), fallbackDirectory: site.runDirectory, bootID: "boot")
        withExtendedLifetime((first, second)) {}
    }

    /// Their paths differ in nothing but where a directory ends.
    @Test func fallbacksOfDifferentFilesDoNotMeet() throws {
        let site = try Site()
        try Files.makePrivateDirectory(site.directory.path("a"))
        let first = try Ledger(
            stateFile: site.directory.path("a/b.db"), fallbackDirectory: site.runDirectory, bootID: "boot")
        #expect(throws: Never.self) {
            try Ledger(
                stateFile: site.directory.path("a-b.db"), fallbackDirectory: site.runDirectory, bootID: "boot")
        }
        withExtendedLifetime(first) {}
    }

    @Test func nobodyElseMayRead() throws {
        let site = try Site()
        let ledger = try site.ledger()
        _ = ledger.load()
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
        _ = ledger.load()
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
        _ = ledger.load()
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
    }

    // MARK: Where StateFile cannot be written

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
        let ledger = try site.ledger()
        #expect(ledger.load() == [])
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
            _ = ledger.load()
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
        _ = ledger.load()
        try remove()
        ledger.tryToReturn { [] }
        #expect(ledger.isHome)
    }

    @Test func aWriteThatFailsLaterMovesAllOpenings() throws {
        let site = try Site()
        let all = [try opening("a"), try opening("b")]
        do {
            let ledger = try site.ledger()
            _ = ledger.load()
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
            _ = ledger.load()
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
            _ = ledger.load()
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
        _ = ledger.load()
        let primary = try site.block(site.primary)
        #expect(ledger.record(try opening()) { [] })
        let fallback = try site.block(site.fallback)
        _ = ledger.takeChanges()
        for _ in 0..<2 {
            #expect(!ledger.record(try opening()) { [] })
            #expect(ledger.takeChanges() == [.lost(reason: "database is locked")])
            try primary.run("ROLLBACK")
            ledger.tryToReturn { [] }
            #expect(ledger.isHome)
            #expect(ledger.takeChanges() == [.movedBack(file: site.primary)])
            try primary.run("BEGIN IMMEDIATE")
        }
        try primary.run("ROLLBACK")
        try fallback.run("ROLLBACK")
    }

    @Test func withoutAnyDirectoryTheLedgerIsLost() throws {
        let directory = try TemporaryDirectory()
        let ledger = try Ledger(
            stateFile: directory.path("no/state/state.db"), fallbackDirectory: directory.path("no/run"), bootID: "b")
        #expect(ledger.load() == [])
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
            let ledger = try site.ledger()
            #expect(ledger.load() == [])
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

    @Test(arguments: [(5, 9, "fallback"), (9, 5, "primary"), (7, 7, "primary")])
    func theNewerFileCounts(primary: Int64, fallback: Int64, expected: String) throws {
        let site = try Site()
        try site.record([])
        try LedgerFile(site.primary, bootID: "boot").replace(epoch: primary, openings: [try opening("primary")])
        try LedgerFile(site.fallback, bootID: "boot").replace(epoch: fallback, openings: [try opening("fallback")])
        #expect(try site.load().map(\.key.door.name) == [expected])
        #expect(try site.load().map(\.key.door.name) == [expected])
    }

    // MARK: Damage

    @Test(arguments: [
        Array("SQLite format 3\0 and then nothing that SQLite knows".utf8), Array(repeating: 0, count: 9000),
    ])
    func whatIsLeftOfADatabaseIsSetAside(bytes: [UInt8]) throws {
        let site = try Site()
        try Files.makePrivateDirectory(site.directory.path("state"))
        try site.directory.write(bytes, to: "state/state.db")
        let ledger = try site.ledger()
        #expect(ledger.load() == [])
        guard case .damaged(site.primary, let aside) = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(try Files.read(aside) == bytes)
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
        #expect(ledger.record(try opening()) { [] })
    }

    @Test func aFileOfSomebodyElseIsLeftAlone() throws {
        let site = try Site()
        try Files.makePrivateDirectory(site.directory.path("state"))
        let bytes = Array("no database at all, but long enough to be taken for one".utf8)
        try site.directory.write(bytes, to: "state/state.db")
        let ledger = try site.ledger()
        #expect(ledger.load() == [])
        guard case .movedToFallback = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(try Files.read(site.primary) == bytes)
        #expect(ledger.record(try opening()) { [] })
    }

    @Test func aDatabaseThatIsBrokenWithinIsSetAside() throws {
        let site = try Site()
        try site.record([try opening()])
        var bytes = try Files.read(site.primary)
        // Behind the first page, which has the tables' names, come the tables.
        for place in 4096..<bytes.count { bytes[place] = 0xFF }
        try site.directory.write(bytes, to: "state/state.db")
        let ledger = try site.ledger()
        #expect(ledger.load() == [])
        guard case .damaged = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(ledger.isHome)
    }

    @Test func aDamagedFallbackIsSetAsideToo() throws {
        let site = try Site()
        try site.record([try opening()])
        try Data("SQLite format 3\0 and no more".utf8).write(to: URL(fileURLWithPath: site.fallback))
        let ledger = try site.ledger()
        #expect(ledger.load() == [try opening()])
        guard case .damaged(site.fallback, _) = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
    }

    @Test func anEmptyFileIsAnEmptyLedger() throws {
        let site = try Site()
        try Files.makePrivateDirectory(site.directory.path("state"))
        try site.directory.write([], to: "state/state.db")
        let ledger = try site.ledger()
        #expect(ledger.load() == [])
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
    }

    /// How far a daemon came that died while it made its file.
    @Test(arguments: 0...4)
    func aFileThatIsHalfMadeIsAnEmptyLedger(statements: Int) throws {
        let site = try Site()
        let all = [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "CREATE TABLE ledger (epoch INTEGER NOT NULL)",
            "INSERT INTO ledger VALUES (3)",
        ]
        try site.makeStateFile(Array(all[..<statements]))
        let ledger = try site.ledger()
        #expect(ledger.load() == [])
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [])
        #expect(ledger.record(try opening()) { [] })
    }

    @Test func aRowThatMakesNoSenseHidesNoOther() throws {
        let site = try Site()
        let kept = try opening("kept")
        try site.record([kept, try opening("a"), try opening("b")])
        let database = try Database(site.primary, readOnly: false)
        try database.run("UPDATE openings SET address = 'nowhere' WHERE door = 'a'")
        try database.run("UPDATE openings SET deadline = 'soon' WHERE door = 'b'")
        #expect(try site.load() == [kept])
    }
}
