import Base
import Events
import Keys
import Ledger
import Linux
import Testing

@testable import Doorkeeper

/// Two daemons must not use the same keys: each would accept every knock once.
struct KeyServiceLockTests {
    private static let retry: Milliseconds = 10_000
    private static let fault =
        "/keys: process 77 uses these keys, so every knock would be valid twice: this daemon refuses signed knocks; stop "
        + "the other one, or set KeyDirectory in [options] to another directory"

    private let laptop: Key
    private let shell: KeyShell

    init() throws {
        laptop = try KeySamples.key("laptop", .active)
        shell = KeyShell(try KeySamples.configuration())
        shell.put(laptop)
    }

    private func startBesideAnother() {
        shell.lock = .taken(by: "77")
        shell.start()
    }

    @Test func keysThatAnotherDaemonUsesAreNotUsed() {
        startBesideAnother()
        let effects = shell.takeEffects()
        #expect(
            effects == [
                .tell(.key(.fault(Self.fault))), .applyKeys,
                .tell(.key(.taken(keys: 0, generations: 0, directory: "/keys"))), .setKeyCount(0), .endRevokedHolds,
                .tellVerifier, .setRetirementTimer,
            ], "and the mark is the other's")
        #expect(shell.service.isLockTaken)
        #expect(shell.toldToVerifier == [])
        #expect(!shell.service.isEveryDoorShut, "the other may end")
    }

    @Test func aDaemonThatIsNotKnownIsAnotherProcess() {
        shell.lock = .taken(by: nil)
        shell.start()
        #expect(shell.takeFaults().first?.hasPrefix("/keys: another process uses these keys, ") ?? false)
    }

    @Test func theLockIsTriedAgainUntilItIsFree() {
        startBesideAnother()
        _ = shell.takeEffects()
        shell.pass(Self.retry - 1)
        #expect(shell.readings == 1)
        shell.pass(1 + Self.retry)
        #expect(shell.readings == 3)
        #expect(shell.takeFaults() == [], "that was told")
        shell.lock = .acquired(uses: [:])
        shell.pass(Self.retry)
        #expect(shell.takeEvents() == [.key(.taken(keys: 1, generations: 1, directory: "/keys"))])
        #expect(!shell.service.isLockTaken)
        #expect(shell.toldToVerifier == ["laptop 1"])
        shell.pass(6 * Self.retry)
        #expect(shell.readings == 4)
    }

    @Test func aLockThatIsLostTakesTheKeysAway() {
        shell.start()
        shell.verifierAnswers()
        _ = shell.takeEffects()
        shell.lock = .taken(by: "77")
        shell.read()
        #expect(shell.toldToVerifier == [])
        shell.verifierAnswers()
        let changes = shell.takeChanges()
        #expect(changes.map(\.directory) == [nil])
        #expect(changes.map(\.removed) == [[laptop.generations[0].id]])
    }

    /// What the file does not show: another daemon may have accepted knocks until a moment ago.
    @Test func whatAnotherDaemonHasUsedRetiresTheGenerationBefore() throws {
        let rotated = try KeySamples.key("laptop", .retiring(.afterUse), .active)
        shell.put(rotated)
        let used = shell.seconds - 2 * KeyGeneration.afterUse
        shell.lock = .acquired(uses: [rotated.generations[1].id: KeyUse(firstUsed: used, lastUsed: used)])
        shell.start()
        #expect(shell.toldToVerifier == ["laptop 1 retired", "laptop 2"])
        #expect(shell.service.replayState.uses.count == 1)
    }

    @Test func whereAnotherDaemonsLedgerCannotBeReadUseIsUnknown() throws {
        let rotated = try KeySamples.key("laptop", .retiring(.afterUse), .active)
        shell.put(rotated)
        shell.lock = .acquired(uses: nil)
        shell.start()
        _ = shell.takeEffects()
        shell.pass(1)
        #expect(
            shell.takeEvents() == [.key(.retiresByUseUnknown(from: Event.KeyLabel(laptop.name, generation: 1)))])
    }

    @Test func whereNoLockCanBeMadeTheKeysAreUsedAllTheSame() {
        shell.lock = .failed(SystemError("open", "/keys/.knockd.lock", code: 13))
        shell.start()
        #expect(
            shell.takeFaults() == [
                "/keys/.knockd.lock: Permission denied; with a second daemon on these keys, every knock would be valid "
                    + "twice"
            ])
        #expect(shell.toldToVerifier == ["laptop 1"])
        #expect(!shell.service.isLockTaken)
    }

    @Test func aDirectoryThatCannotBeUsedSaysNothingOfTheLock() {
        startBesideAnother()
        shell.spoilDirectory()
        shell.pass(Self.retry)
        #expect(shell.readings == 2)
        #expect(shell.service.isLockTaken)
        #expect(shell.toldToVerifier == [])
    }

    @Test func anotherDirectoryHasAnotherLock() throws {
        startBesideAnother()
        shell.spoilDirectory()
        shell.apply(try KeySamples.configuration(KeySamples.text(directory: "/own")))
        #expect(!shell.service.isLockTaken, "nobody has tried")
    }

    // MARK: The state alone

    @Test func aReloadOfTheSameDirectoryLeavesTheLockAsItIs() {
        var lock = KeyLockState()
        #expect(lock.ownDirectory == nil)
        lock.use("/keys")
        #expect(lock.ownDirectory == "/keys")
        #expect(lock.take(.taken(by: "77")) == Self.fault)
        lock.use("/keys")
        #expect(lock.isTaken)
        #expect(lock.ownDirectory == nil)
        #expect(lock.take(.untried) == nil)
        #expect(lock.isTaken)
        #expect(lock.take(.acquired(uses: nil)) == nil)
        #expect(lock.take(.kept) == nil)
        #expect(lock.ownDirectory == "/keys")
        _ = lock.take(.taken(by: nil))
        lock.use(nil)
        #expect(!lock.isTaken)
        #expect(lock.directory == nil)
    }
}
