import Doors
import Foundation
import Glibc
import Linux
import Packets
import TestSupport
import Testing

@testable import Ledger

/// Daemons on one configuration, at different interfaces.
struct LedgerOthersTests {
    private let site: Site

    init() throws { site = try Site() }

    private func ledger(
        _ interfaces: String..., mayStepAside: Bool = true, boot: String = "boot"
    ) throws -> FailoverLedger {
        try locked(interfaces, mayStepAside: mayStepAside, boot: boot).load().recordFloors([])
    }

    private func locked(_ interfaces: [String], mayStepAside: Bool, boot: String) throws -> LockedLedger {
        try LockedLedger(
            stateFile: site.primary, interfaces: interfaces, mayStepAside: mayStepAside,
            fallbackDirectory: site.runDirectory, bootID: boot)
    }

    private func started(
        _ interface: String, boot: String = "boot"
    ) throws -> (ledger: FailoverLedger, left: [Opening]) {
        let run = try locked([interface], mayStepAside: true, boot: boot).load().withFloors()
        return (run.ledger, run.openings)
    }

    private func inUse(_ file: String, _ interfaces: String...) -> Ledger.LedgerError {
        .inUse(file: file, process: "\(getpid())", interfaces: interfaces)
    }

    private var ofLoopback: String { site.directory.path("state/state@lo.db") }

    // MARK: Names

    @Test func theSecondAddsItsInterfaces() throws {
        let first = try ledger("eth0")
        #expect(first.file == site.primary && first.elder == nil)
        let second = try ledger("lo")
        #expect(second.file == ofLoopback)
        #expect(
            second.elder == Ledger.Elder(file: site.primary, process: "\(getpid())", interfaces: ["eth0"]))
        let third = try ledger("wg0", "eth1")
        #expect(third.file == site.directory.path("state/state@eth1,wg0.db"))
        withExtendedLifetime((first, second, third)) {}
    }

    @Test func twoAtOneInterfaceAreRefused() throws {
        let first = try ledger("eth0", "lo")
        #expect(throws: inUse(site.primary)) { try ledger("lo") }
        #expect(throws: inUse(site.primary)) { try ledger("eth0:1", "lo") }
        #expect(throws: inUse(site.primary, "eth0", "lo", "eth1")) { try ledger("eth1", "lo") }
        #expect(throws: inUse(site.primary, "any")) { try ledger("any") }
        let second = try ledger("wg0")
        #expect(throws: inUse(second.file)) { try ledger("wg0") }
        withExtendedLifetime((first, second)) {}
    }

    @Test func aLedgerThatWasNamedHasThatNameAlone() throws {
        let first = try ledger("eth0")
        #expect(throws: inUse(site.primary, "eth0", "lo")) { try ledger("lo", mayStepAside: false) }
        withExtendedLifetime(first) {}
    }

    @Test func anOlderDaemonThatDoesNotSayWhereItListensHasItAlone() throws {
        try Files.makePrivateDirectory(site.directory.path("state"))
        let lock = try LockFile(site.primary + ".lock")
        #expect(throws: inUse(site.primary)) { try ledger("lo") }
        withExtendedLifetime(lock) {}
    }

    @Test func whereTheFirstListensMayChange() throws {
        let first = try ledger("eth0")
        first.listens(at: ["wg0"])
        #expect(throws: inUse(site.primary)) { try ledger("wg0") }
        #expect(try ledger("eth0").elder?.interfaces == ["wg0"])
        first.listens(at: (0..<1000).map { "interface\($0)" })
        #expect(throws: inUse(site.primary, "any")) { try ledger("eth0") }
        withExtendedLifetime(first) {}
    }

    @Test func theNameIsFreeOnceTheFirstHasEnded() throws {
        do { _ = try ledger("eth0") }
        #expect(try ledger("lo").file == site.primary)
    }

    /// The first name is free, but the daemon with the second one runs.
    @Test func twoAtOneInterfaceAreRefusedWhateverTheirNames() throws {
        let second: FailoverLedger
        do {
            let first = try started("eth0").ledger
            second = try started("lo").ledger
            withExtendedLifetime(first) {}
        }
        #expect(throws: inUse(ofLoopback)) { try ledger("lo") }
        #expect(throws: inUse(ofLoopback, "lo", "eth1")) { try ledger("eth1", "lo") }
        #expect(throws: inUse(ofLoopback, "any")) { try ledger("any") }
        // Beside a first one too.
        let third = try started("eth0").ledger
        #expect(throws: inUse(ofLoopback, "lo", "eth1")) { try ledger("eth1", "lo") }
        withExtendedLifetime((second, third)) {}
    }

    @Test func whereSeveralAreInTheWayTheFirstIsNamed() throws {
        let (first, second) = (try ledger("eth0"), try ledger("lo"))
        #expect(throws: inUse(site.primary, "any")) { try ledger("any") }
        #expect(throws: inUse(site.primary, "eth0", "lo")) { try ledger("lo", "eth0") }
        #expect(throws: inUse(site.primary, "eth0", "lo")) { try ledger("lo", mayStepAside: false) }
        withExtendedLifetime((first, second)) {}
    }

    @Test func whoGoesByRoutesLeavesOutWhatAnotherHas() throws {
        let second: FailoverLedger
        do {
            let first = try started("eth0").ledger
            second = try started("wg0").ledger
            withExtendedLifetime(first) {}
        }
        func byRoutes(_ interfaces: String...) throws -> FailoverLedger {
            try LockedLedger(
                stateFile: site.primary, interfaces: interfaces, mayStepAside: true,
                fallbackDirectory: site.runDirectory, bootID: "boot", mayLeaveOut: true
            ).load().recordFloors([])
        }
        #expect(throws: inUse(second.file)) { try byRoutes("wg0") }
        #expect(try byRoutes("wg0", "eth0").file == site.primary)
        withExtendedLifetime(second) {}
    }

    @Test(arguments: [("/a/state.db", "/a/state@lo.db"), ("/a.b/state", "/a.b/state@lo"), ("/a/.db", "/a/.db@lo")])
    func theInterfacesStandBeforeTheEnding(file: String, expected: String) {
        #expect(LedgerFamily(stateFile: file, fallbackDirectory: "/run").member(of: ["lo"]).path == expected)
    }

    @Test func aLongListHasAShortName() {
        let family = LedgerFamily(stateFile: "/a/state.db", fallbackDirectory: "/run")
        let names = (0..<100).map { "interface\($0)" }
        #expect(family.member(of: names).path.utf8.count < 50)
        #expect(family.member(of: names) == family.member(of: names.reversed()))
        #expect(family.member(of: names) != family.member(of: names.dropLast()))
    }

    // MARK: What is left

    /// Two daemons, each with an opening; then the second is killed.
    private func secondIsKilled() throws -> FailoverLedger {
        let (first, _) = try started("eth0")
        #expect(first.record(try opening("own")) { [] })
        let (second, _) = try started("lo")
        #expect(second.record(try opening("left")) { [] })
        first.takeOverOthers { LedgerContent() }
        #expect(first.takeFound() == [], "it still runs")
        withExtendedLifetime(second) {}
        return first
    }

    @Test func whatTheSecondHasLeftTheFirstTakesOver() throws {
        let own = [try opening("own")]
        let first = try secondIsKilled()
        first.takeOverOthers { LedgerContent(openings: own) }
        #expect(first.takeFound() == [try opening("left")])
        #expect(first.takeChanges().last == .tookOver(file: ofLoopback, count: 1))
        first.takeOverOthers { LedgerContent(openings: own) }
        #expect(first.takeFound() == [])
        #expect(first.takeChanges() == [])
        #expect(try started("lo").left == [], "it is not closed twice")
        #expect(first.formerIDs.count == 1)
    }

    @Test func whatWasTakenOverSurvives() throws {
        let own = [try opening("own")]
        do {
            let first = try secondIsKilled()
            first.takeOverOthers { LedgerContent(openings: own) }
        }
        #expect(try started("eth0").left.inOrder == [try opening("left"), try opening("own")])
    }

    @Test func bothAreKilledAndEitherStartsAlone() throws {
        for interface in ["eth0", "lo"] {
            do { _ = try secondIsKilled() }
            let (next, left) = try started(interface)
            #expect(next.file == site.primary)
            #expect(left == [try opening("own")])
            next.takeOverOthers { LedgerContent(openings: left) }
            #expect(next.takeFound() == [try opening("left")])
            for name in ["own", "left"] { #expect(next.close(try opening(name).key) { [] }) }
        }
    }

    @Test func theSecondTakesOverWhatTheFirstHasLeft() throws {
        var first: FailoverLedger? = try started("eth0").ledger
        let id = first?.id
        #expect(first?.record(try opening("own")) { [] } == true)
        let (second, _) = try started("lo")
        first = nil
        second.takeOverOthers { LedgerContent() }
        #expect(second.takeFound() == [try opening("own")])
        // The first one keeps its name, and its number, which stands beside the keys.
        let (again, left) = try started("eth0")
        #expect(again.file == site.primary && left == [])
        #expect(again.id == id)
    }

    @Test func whatLiesInTheFallbackIsTakenOverToo() throws {
        let (first, _) = try started("eth0")
        let left = try opening("left")
        do {
            let (second, _) = try started("lo")
            let blocker = try site.block(ofLoopback)
            #expect(second.record(left) { [left] })
            #expect(!second.isHome)
            try blocker.run("ROLLBACK")
        }
        first.takeOverOthers { LedgerContent() }
        #expect(first.takeFound() == [try opening("left")])
        #expect(try started("lo").left == [])
        withExtendedLifetime(first) {}
    }

    /// Each has run the door's start command, so that each has to run its stop command.
    @Test func whatBothHaveOpenIsTakenOverWhenItIsOverHere() throws {
        let (first, _) = try started("eth0")
        let same = try opening()
        #expect(first.record(same) { [same] })
        do { #expect(try started("lo").ledger.record(same) { [] }) }
        first.takeOverOthers { LedgerContent(openings: [same]) }
        #expect(first.takeFound() == [])
        #expect(first.close(same.key) { [] })
        first.takeOverOthers { LedgerContent() }
        #expect(first.takeFound() == [same])
    }

    @Test func inAnotherBootItIsOverdue() throws {
        do { _ = try secondIsKilled() }
        let (next, _) = try started("eth0", boot: "another")
        next.takeOverOthers { LedgerContent() }
        #expect(next.takeFound().map(\.deadline) == [0])
    }

    @Test func whatCannotBeReadIsToldOnce() throws {
        let first = try secondIsKilled()
        _ = first.takeChanges()
        #expect(unsafe chmod(ofLoopback, 0o666) == 0)
        for count in [1, 0] {
            first.takeOverOthers { LedgerContent() }
            #expect(first.takeChanges().count == count)
        }
        #expect(unsafe chmod(ofLoopback, 0o600) == 0)
        first.takeOverOthers { LedgerContent() }
        #expect(first.takeFound().count == 1)
    }

    @Test func whatCannotBeRemovedThereIsTakenOnce() throws {
        let first = try secondIsKilled()
        _ = first.takeChanges()
        let blocker = try site.block(ofLoopback)
        first.takeOverOthers { LedgerContent() }
        #expect(first.takeFound() == [try opening("left")])
        #expect(first.takeChanges().count == 2)
        // Meanwhile it is over here.
        first.takeOverOthers { LedgerContent() }
        #expect(first.takeFound() == [])
        #expect(first.takeChanges() == [], "told once")
        try blocker.run("ROLLBACK")
        for _ in 0..<2 {
            first.takeOverOthers { LedgerContent() }
            #expect(first.takeFound() == [])
        }
        #expect(first.left.behind.isEmpty)
        // Another life of that daemon, with an opening of the same key.
        do { #expect(try started("lo").ledger.record(try opening("left")) { [] }) }
        first.takeOverOthers { LedgerContent() }
        #expect(first.takeFound() == [try opening("left")])
    }

    @Test func aLivingDaemonIsNotRemindedOfWhatWasLeft() throws {
        let first = try secondIsKilled()
        let blocker = try site.block(ofLoopback)
        first.takeOverOthers { LedgerContent() }
        #expect(first.left.behind.count == 1)
        try blocker.run("ROLLBACK")
        let (second, left) = try started("lo")
        #expect(left == [try opening("left")])
        first.takeOverOthers { LedgerContent() }
        #expect(first.left.behind.isEmpty)
        withExtendedLifetime(second) {}
    }

    @Test func theKeysInForceStayWhereTheLedgerMovesMeanwhile() throws {
        let first = try secondIsKilled()
        let keys = KeysInForce(daemon: .own, directory: "/keys")
        try Files.remove(site.primary)
        first.takeOverOthers { LedgerContent(keys: keys) }
        #expect(first.takeFound() == [try opening("left")])
        #expect(Ledger.readKeysInForce(stateFile: site.primary, fallbackDirectory: site.runDirectory) == keys)
    }

    @Test func whereOthersListenIsKnownWhileTheyRun() throws {
        let (first, _) = try started("eth0")
        #expect(first.interfacesOfOthers() == [])
        do {
            let (second, _) = try started("lo")
            #expect(first.interfacesOfOthers() == ["lo"])
            #expect(second.interfacesOfOthers() == ["eth0"])
            second.listens(at: ["wg0"])
            #expect(first.interfacesOfOthers() == ["wg0"])
        }
        #expect(first.interfacesOfOthers() == [])
    }

    @Test func otherConfigurationsLedgersAreLeftAlone() throws {
        let (first, _) = try started("eth0")
        for name in ["state-lo.db", "other.db", "state@lo.db.damaged-1", "other@lo.db"] {
            let path = site.directory.path("state/\(name)")
            try SQLiteStore(path, bootID: "boot").takeOver(
                StoredContent.Head(revision: 1, id: "id", boot: "boot"), LedgerContent(openings: [try opening()]))
        }
        first.takeOverOthers { LedgerContent() }
        #expect(first.takeFound() == [])
    }

    // MARK: Who can change it

    @Test func aLedgerThatOthersCanChangeIsRefused() throws {
        do { _ = try started("eth0") }
        for path in [site.primary, site.primary + ".lock", site.directory.path("state"), site.runDirectory] {
            let mode = try #require(Files.mode(path))
            #expect(unsafe chmod(path, 0o777) == 0)
            let isDirectory = mode == 0o700
            #expect(
                throws: Ledger.LedgerError.untrusted(
                    PathFault(path: path, fault: .writable(0o777), isDirectory: isDirectory))
            ) { try ledger("eth0") }
            #expect(unsafe chmod(path, mode) == 0)
        }
        _ = try ledger("eth0")
    }

    /// As somebody would who may write into a sticky directory.
    @Test func whatLiesBesideItCountsToo() throws {
        do { _ = try started("eth0") }
        for suffix in ["-wal", "-shm", "-journal"] {
            try site.directory.write([], to: "state/state.db\(suffix)")
            #expect(unsafe chmod(site.primary + suffix, 0o666) == 0)
            #expect(throws: Ledger.LedgerError.self) { try ledger("eth0") }
            try Files.remove(site.primary + suffix)
        }
    }

    @Test func oneThatOthersCanChangeLaterIsNotGoneBackTo() throws {
        let (ledger, _) = try started("eth0")
        try Files.remove(site.primary)
        #expect(unsafe chmod(site.directory.path("state"), 0o777) == 0)
        #expect(ledger.record(try opening()) { [] })
        ledger.tryToReturn { [] }
        #expect(!ledger.isHome)
        #expect(unsafe chmod(site.directory.path("state"), 0o700) == 0)
        ledger.tryToReturn { [] }
        #expect(ledger.isHome)
    }
}
