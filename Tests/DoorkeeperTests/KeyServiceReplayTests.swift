import Base
import Configuration
import DoorControl
import Events
import Hints
import Keys
import Packets
import SignedKnocks
import Testing

@testable import Doorkeeper
@testable import Ledger

/// What was spent with keys, what must survive of it, and what follows from a revocation.
struct KeyServiceReplayTests {
    private let laptop: Key
    private let shell: KeyShell

    init() throws {
        laptop = try KeySamples.key("laptop", .active, .active)
        shell = KeyShell(try KeySamples.configuration())
        shell.put(laptop)
    }

    private static func found(
        _ state: ReplayState = ReplayState(), isDamaged: Bool = false
    ) -> RecordedReplayState {
        RecordedReplayState(
            state: state, ledgerID: "a1", wasMadeAnew: false, isOfAnotherBoot: false, formerBoot: nil,
            isDamaged: isDamaged)
    }

    private func floors(at floor: UInt64) -> [KeyEffect.Floor] {
        laptop.generations.map { KeyEffect.Floor(generation: $0.id, floor: floor) }
    }

    private func knock(_ nonce: UInt64, at timestamp: UInt64) -> SpentKnock {
        SpentKnock(
            generation: laptop.generations[0].id, nonce: Nonce(high: 0, low: nonce), timestamp: timestamp, door: "ssh",
            address: IPAddress(ipv4: 0xC612_0102), operation: .open)
    }

    private func spend(_ knock: SpentKnock, in shell: KeyShell) -> SpendOutcome {
        shell.service.spend(
            knock, siblings: laptop.generations.map(\.id), now: shell.now.wall, monotonic: shell.now.monotonic
        ) { nil }
    }

    // MARK: Floors

    @Test func knocksOfANewGenerationCountFromItsLoadingOnAndThatIsRecordedOnce() {
        shell.start()
        let loaded = shell.now.wall
        #expect(shell.takeFloors() == floors(at: loaded))
        shell.pass(5000)
        shell.read()
        #expect(shell.takeFloors() == [])
        #expect(shell.service.ledgerFloor(of: laptop.generations[0].id) == loaded)
        #expect(spend(knock(1, at: loaded), in: shell) == .refused(.belowFloor(until: loaded)))
    }

    @Test func aKnockIsSpentOnce() {
        shell.start()
        let knock = knock(1, at: shell.now.wall + 1)
        #expect(spend(knock, in: shell) == .spent(Spending(knock: knock, forgotten: [], floor: nil)))
        #expect(spend(knock, in: shell) == .refused(.replayed))
        #expect(shell.service.replayState.spent == [knock])
    }

    @Test func aKnockOverARateIsRefused() {
        shell.start()
        let outcome = shell.service.spend(
            knock(1, at: shell.now.wall + 1), siblings: [], now: shell.now.wall, monotonic: shell.now.monotonic
        ) { RejectReason.tooManyKnocks }
        guard case .overRate(.tooManyKnocks, floor: _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(shell.service.replayState.spent == [])
    }

    // MARK: The ledger

    @Test func whatTheLedgerHasCountsAfterARestart() throws {
        shell.start()
        let spent = knock(1, at: shell.now.wall + 1)
        _ = spend(spent, in: shell)
        shell.use(laptop.generations[0])
        let next = KeyShell(try KeySamples.configuration(), restoring: Self.found(shell.service.replayState))
        next.put(laptop)
        next.start()
        #expect(next.takeFloors() == [], "they are known")
        #expect(spend(spent, in: next) == .refused(.replayed))
        #expect(next.service.replayState.uses == shell.service.replayState.uses)
    }

    @Test func whatTurnsUpLaterCountsFromThenOn() {
        shell.start()
        let spent = knock(1, at: shell.now.wall + 1)
        let id = laptop.generations[1].id
        shell.service.restore(
            ReplayState(
                spent: [spent], floors: [(id, shell.now.wall + 7)], uses: [id: KeyUse(firstUsed: 1, lastUsed: 2)]))
        #expect(spend(spent, in: shell) == .refused(.replayed))
        #expect(shell.service.ledgerFloor(of: id) == shell.now.wall + 7)
        #expect(shell.service.replayState.uses[id] == KeyUse(firstUsed: 1, lastUsed: 2))
    }

    // MARK: Lost state

    @Test func aLossAtTheStartIsHandedBackAndItsFloorsAreRecordedWithTheKeys() throws {
        var service = KeyService(window: KeyShell.window)
        #expect(service.takeBack(Self.found(isDamaged: true), now: shell.now) == .damaged)
        #expect(service.tell(.damaged, now: shell.now) == .tellLoss(.damaged, until: shell.windowEnd))
        let next = KeyShell(try KeySamples.configuration(), restoring: Self.found(isDamaged: true))
        next.put(laptop)
        next.start()
        #expect(next.takeFloors() == floors(at: next.windowEnd))
    }

    @Test func withoutALossNothingIsHandedBack() {
        var service = KeyService(window: KeyShell.window)
        #expect(service.takeBack(Self.found(), now: shell.now) == nil)
    }

    /// A mark that is right says that the ledger has seen all knocks.
    @Test func whatTheMarkSaysIsLostIsRecordedAndToldBeforeAnythingElse() {
        shell.start()
        _ = shell.takeEffects()
        shell.losses = [.markDiffers]
        shell.read()
        #expect(
            shell.takeEffects() == [
                .compareMark, .record(floors: floors(at: shell.windowEnd), gone: []),
                .tellLoss(.markDiffers, until: shell.windowEnd), .applyKeys, .setKeyCount(1), .endRevokedHolds,
                .tellVerifier, .setRetirementTimer,
            ])
        #expect(
            spend(knock(1, at: shell.windowEnd), in: shell) == .refused(.belowFloor(until: shell.windowEnd)))
    }

    @Test func aLossBeforeTheFirstKeysStandsForTheirFloors() {
        shell.losses = [.markDiffers, .markFails("it is full")]
        shell.start()
        let effects = shell.takeEffects()
        #expect(effects.contains(.tellLoss(.markDiffers, until: shell.windowEnd)))
        #expect(effects.contains(.tellLoss(.markFails("it is full"), until: shell.windowEnd)))
        #expect(effects.contains(.record(floors: floors(at: shell.windowEnd), gone: [])))
    }

    @Test func anotherTimeWindowCountsFromTheReloadOn() throws {
        shell.start()
        var configuration = try KeySamples.configuration()
        configuration.options.timeWindow = 60_000
        shell.apply(configuration)
        #expect(
            shell.service.tell(.damaged, now: shell.now) == .tellLoss(.damaged, until: shell.now.wall + 60_000))
    }

    // MARK: Revocation

    private func hold(_ place: Int) -> KeyShell.Held {
        KeyShell.Held(key: laptop.name, generation: laptop.generations[place].id)
    }

    @Test func aRevokedGenerationHoldsNothingAndIsNobodys() {
        shell.start()
        shell.holds = [hold(0), hold(1)]
        shell.read()
        #expect(shell.holds == [hold(0), hold(1)])
        var revoked = laptop
        revoked.generations[0].state = .revoked
        shell.put(revoked)
        shell.read()
        #expect(shell.holds == [hold(1)])
        #expect(shell.toldToVerifier == ["laptop 2"])
    }

    @Test func aGenerationThatWasPrunedHoldsNothingAndAKeyWithoutAFileGoesOnHolding() {
        shell.start()
        shell.holds = [hold(0), hold(1)]
        var pruned = laptop
        pruned.generations.removeFirst()
        shell.put(pruned)
        shell.read()
        #expect(shell.holds == [hold(1)])
        shell.put()
        shell.read()
        #expect(shell.holds == [hold(1)], "the file may come back")
    }

    // MARK: Programs beside the daemon

    @Test func programsAreToldOfKeysOnceTheVerifierGoesByThem() {
        shell.start()
        #expect(shell.takeChanges() == [])
        #expect(shell.service.isPublicationDue)
        shell.verifierAnswers()
        let changes = shell.takeChanges()
        #expect(changes.map { $0.added.map(\.number) } == [[1, 2]])
        #expect(changes.map(\.directory) == ["/keys"])
        #expect(changes.map(\.daemon) == [ProcessIdentity(id: 7, began: 8)])
        #expect(!shell.service.isPublicationDue)
        #expect(shell.service.inForce.keys.map(\.generation) == laptop.generations.map(\.id))
    }

    @Test func whatHasNotChangedIsNotRecordedAgain() {
        shell.start()
        shell.verifierAnswers()
        _ = shell.takeEffects()
        shell.read()
        shell.verifierAnswers()
        #expect(shell.takeChanges() == [])
    }

    @Test func aDaemonThatDoesNotKnowItselfAsksAgain() throws {
        var told = ToldKeys()
        #expect(told.publish([], from: "/keys", by: { nil })?.daemon == nil)
        let own = ProcessIdentity(id: 7, began: 8)
        #expect(told.publish([], from: nil, by: { own })?.daemon == own)
        #expect(told.publish([], from: "/keys", by: { nil })?.daemon == own)
        #expect(told.publish([], from: "/keys", by: { own }) == nil)
    }
}
