import Base
import DoorControl
import Events
import Keys
import Ledger
import Linux
import Testing

@testable import Configuration
@testable import Doorkeeper

/// What follows from what was found in the directory of keys.
struct KeyServiceFilesTests {
    private let laptop: Key
    private let phone: Key
    private let shell: KeyShell

    init() throws {
        laptop = try KeySamples.key("laptop", .active)
        phone = try KeySamples.key("phone", .active)
        shell = KeyShell(try KeySamples.configuration())
    }

    private static func taken(_ keys: Int, _ generations: Int) -> Event {
        .key(.taken(keys: keys, generations: generations, directory: "/keys"))
    }

    private func startWithBoth() {
        shell.put(laptop, phone)
        shell.start()
        _ = shell.takeEffects()
    }

    // MARK: Keys come and go

    @Test func aReadingLeadsToItsEffectsInOrder() {
        shell.put(laptop)
        shell.spoil(phone)
        shell.start()
        let floor = KeyEffect.Floor(generation: laptop.generations[0].id, floor: shell.now.wall)
        #expect(
            shell.takeEffects() == [
                .compareMark, .tell(.key(.fault("/keys/phone.key: warning: it is spoilt"))), .applyKeys,
                .tell(Self.taken(1, 1)), .record(floors: [floor], gone: []), .setKeyCount(1), .endRevokedHolds,
                .tellVerifier, .setRetirementTimer,
            ])
    }

    @Test func aKeyThatIsAddedCountsAndTheLogSaysSo() {
        shell.put(laptop)
        shell.start()
        #expect(shell.takeEvents() == [Self.taken(1, 1)])
        shell.put(laptop, phone)
        shell.read()
        #expect(shell.takeEvents() == [Self.taken(2, 2)])
        #expect(shell.keyCount == 2)
        #expect(shell.toldToVerifier == ["laptop 1", "phone 1"])
        #expect(shell.service[phone.generations[0].id]?.key == phone.name)
        #expect(shell.service.idsInUse.count == 2)
    }

    @Test func aKeyWhoseFileIsRemovedGoes() {
        startWithBoth()
        shell.put(laptop)
        shell.read()
        #expect(shell.takeEvents() == [Self.taken(1, 1)])
        #expect(shell.toldToVerifier == ["laptop 1"])
        #expect(shell.service[phone.generations[0].id] == nil)
    }

    @Test func whatIsReadAgainUnchangedIsNotLoggedAgain() {
        startWithBoth()
        shell.read()
        #expect(shell.takeEvents() == [])
    }

    @Test func aBrokenFileLeavesItsKeyInForceFromMemory() {
        startWithBoth()
        shell.put(laptop)
        shell.spoil(phone)
        shell.read()
        #expect(
            shell.takeFaults() == [
                "/keys/phone.key: warning: it is spoilt",
                "/keys: in force from memory only, and refused at the next start: phone",
            ])
        #expect(shell.toldToVerifier == ["laptop 1", "phone 1"])
        shell.verifierAnswers()
        #expect(shell.service.inForce.keys.map(\.isFromMemory) == [false, true])
        shell.put(laptop, phone)
        shell.read()
        shell.verifierAnswers()
        #expect(shell.service.inForce.keys.map(\.isFromMemory) == [false, false])
    }

    @Test func aDirectoryThatCannotBeUsedLeavesAllKeysInForceFromMemory() {
        startWithBoth()
        shell.spoilDirectory()
        shell.read()
        let effects = shell.takeEffects()
        #expect(!effects.contains(.compareMark), "there is no place for a mark")
        #expect(
            effects.contains(
                .tell(
                    .key(.fault("/keys: in force from memory only, and refused at the next start: laptop, phone")))))
        #expect(shell.toldToVerifier == ["laptop 1", "phone 1"])
    }

    @Test func aKeyForAnotherServerIsForeignAndGoes() {
        startWithBoth()
        shell.put(laptop)
        shell.spoil(phone)
        shell.found.foreign = [phone.name]
        shell.read()
        #expect(shell.service.foreign == [phone.name])
        #expect(shell.toldToVerifier == ["laptop 1"])
        #expect(shell.takeFaults() == ["/keys/phone.key: warning: it is spoilt"])
    }

    // MARK: Doors that are shut

    private static let shut = "door ssh: none of its keys can be used"

    @Test func whereNoKeyCanBeUsedTheDoorIsShut() {
        shell.put()
        shell.spoil(phone)
        shell.start()
        #expect(shell.takeFaults() == ["/keys/phone.key: warning: it is spoilt", Self.shut])
        #expect(shell.service.isEveryDoorShut)
        shell.put(phone)
        shell.read()
        #expect(shell.takeFaults() == [])
        #expect(!shell.service.isEveryDoorShut)
    }

    @Test func aDoorForEveryKeyThatHasNoneYetIsNotShut() {
        shell.start()
        #expect(shell.takeFaults() == [])
        #expect(!shell.service.isEveryDoorShut)
    }

    @Test func whereASequenceOpensADoorNotEveryDoorIsShut() throws {
        let shell = KeyShell(try KeySamples.configuration(KeySamples.text() + "[web]\nsequence = 7000,8000\n"))
        shell.spoil(phone)
        shell.start()
        #expect(shell.takeFaults().last == Self.shut)
        #expect(!shell.service.isEveryDoorShut)
    }

    @Test func aKeyThatADoorNamesAndThatIsNotThereIsAFault() throws {
        let shell = KeyShell(try KeySamples.configuration(KeySamples.text(keys: "laptop,tablet")))
        shell.put(laptop)
        shell.start()
        let faults = shell.takeFaults()
        #expect(faults.count == 1)
        #expect(
            faults.first?.hasSuffix("warning: there is no key tablet in /keys; run knockctl keys add tablet") ?? false)
    }

    // MARK: Faults

    @Test func aFaultIsToldAtOnceAndOnceAnHourUntilItIsGone() {
        let fault = "/keys/phone.key: warning: it is spoilt"
        shell.put(laptop)
        shell.spoil(phone)
        shell.start()
        #expect(shell.takeFaults() == [fault])
        shell.read()
        #expect(shell.takeFaults() == [])
        shell.pass(KeyShell.hour - 1)
        #expect(shell.takeFaults() == [])
        shell.pass(1)
        #expect(shell.takeFaults() == [fault])
        shell.pass(KeyShell.hour)
        #expect(shell.takeFaults() == [fault])
        shell.put(laptop)
        shell.read()
        shell.pass(3 * KeyShell.hour)
        #expect(shell.takeFaults() == [])
    }

    @Test func thatChangesAreNotSeenIsAFault() {
        shell.watchFault = SystemError("inotify_add_watch", "/keys", code: 28)
        shell.start()
        #expect(shell.takeFaults() == ["/keys: No space left on device; key changes take effect at the next reload"])
    }

    // MARK: When files are read

    @Test func aBurstOfChangesIsReadOnceAndSoon() {
        shell.start()
        shell.pass(1)
        let before = shell.readings
        for _ in 0..<3 {
            shell.service.filesMayHaveChanged(now: shell.now.sinceBoot)
            shell.pass(DoorkeeperLimits.keysSettle / 4)
        }
        #expect(shell.readings == before, "the burst goes on")
        shell.pass(DoorkeeperLimits.keysSettle / 4)
        #expect(shell.readings == before + 1)
        shell.pass(KeyShell.hour)
        #expect(shell.readings == before + 1)
    }

    /// Warnings are about the keys as they are then.
    @Test func whatIsDueTogetherWithAReadingComesAfterIt() {
        shell.spoil(phone)
        shell.start()
        shell.pass(1)
        let due = shell.now.sinceBoot + KeyShell.hour
        shell.service.filesMayHaveChanged(now: due)
        let moment = Moment(sinceBoot: due + 1000, monotonic: 0, wall: shell.now.wall)
        #expect(shell.service.advance(to: moment) == [.readKeys])
        #expect(shell.service.advance(to: moment).count == 2, "two faults once more")
        #expect(shell.service.nextDeadline.map { $0 > due } ?? false)
    }

    // MARK: Configurations

    @Test func withoutADoorForSignedKnocksNoKeyIsUsed() throws {
        shell.put(laptop)
        shell.spoil(phone)
        shell.start()
        shell.verifierAnswers()
        _ = shell.takeEffects()
        let before = shell.readings
        shell.apply(try KeySamples.configuration("[web]\nsequence = 7000,8000\n"))
        let changes = shell.takeChanges()
        #expect(changes.map(\.directory) == [nil])
        #expect(changes.map(\.removed) == [[laptop.generations[0].id]])
        shell.pass(3 * KeyShell.hour)
        #expect(shell.takeFaults() == [], "its files are nobody's business any more")
        #expect(shell.readings == before)
    }
}
