import Base
import DoorControl
import Events
import Keys
import Testing

@testable import Doorkeeper
@testable import Ledger

/// What time, and the clock on the wall, make of keys.
struct KeyServiceTimeTests {
    private static let day = 24 * KeyShell.hour
    private static let secondsOfDay: UnixSeconds = 86_400

    private let shell: KeyShell

    init() throws {
        shell = KeyShell(try KeySamples.configuration())
    }

    private static func taken(_ generations: Int) -> Event {
        .key(.taken(keys: 1, generations: generations, directory: "/keys"))
    }

    private func start(_ states: KeyGeneration.State..., created: UnixSeconds = 0) throws -> Key {
        var key = try KeySamples.key("laptop", .active, .active, created: created)
        for (place, state) in states.enumerated() { key.generations[place].state = state }
        shell.put(key)
        shell.start()
        _ = shell.takeEffects()
        return key
    }

    // MARK: Retirement

    @Test func aGenerationRetiresAtItsEnd() throws {
        let end = shell.seconds + 100
        _ = try start(.retiring(.at(end)))
        #expect(shell.wakesAt == UInt64(end) * 1000)
        shell.pass(99_999)
        #expect(shell.takeEvents().filter { $0 == Self.taken(1) } == [])
        #expect(shell.toldToVerifier == ["laptop 1", "laptop 2"])
        shell.pass(1)
        #expect(shell.takeEvents() == [Self.taken(1)])
        #expect(shell.toldToVerifier == ["laptop 1 retired", "laptop 2"])
        #expect(shell.wakesAt == nil)
    }

    @Test func aGenerationRetiresAnHourAfterTheNextWasUsed() throws {
        let key = try start(.retiring(.afterUse))
        #expect(shell.wakesAt == nil)
        shell.use(key.generations[0])
        #expect(shell.wakesAt == nil, "its own use ends nothing")
        _ = shell.takeEffects()
        shell.use(key.generations[1])
        #expect(shell.takeEffects() == [.setRetirementTimer])
        #expect(shell.wakesAt == UInt64(shell.seconds + KeyGeneration.afterUse) * 1000)
        shell.pass(1000)
        shell.use(key.generations[1])
        #expect(shell.takeEffects() == [], "the first use decides")
        shell.pass(KeyShell.hour - 1001)
        #expect(shell.takeEvents() == [])
        shell.pass(1)
        #expect(shell.takeEvents() == [Self.taken(1)])
        #expect(shell.toldToVerifier == ["laptop 1 retired", "laptop 2"])
    }

    @Test func anEndFarAwayIsBroughtIntoTheRangeOfTheClock() throws {
        _ = try start(.retiring(.at(.max)))
        #expect(shell.wakesAt == UInt64(Timestamp.range.upperBound) * 1000)
    }

    // MARK: Warnings

    @Test func aRotationThatNobodyUsesIsWarnedOfOnceADay() throws {
        let end = shell.seconds + 40 * Self.secondsOfDay
        let key = try start(.retiring(.at(end)), created: shell.seconds)
        let warning = Event.key(
            .rotationUnused(from: Event.KeyLabel(key.name, generation: 1), retires: end))
        shell.pass(37 * Self.day - 1)
        #expect(shell.takeEvents() == [])
        shell.pass(1)
        #expect(shell.takeEvents() == [warning])
        shell.pass(Self.day - 1)
        #expect(shell.takeEvents() == [])
        shell.pass(1)
        #expect(shell.takeEvents() == [warning])
        shell.pass(Self.day)
        #expect(shell.takeEvents() == [warning])
        shell.pass(2 * Self.day)
        #expect(shell.takeEvents() == [Self.taken(1)], "it has retired")
    }

    @Test func aRotationThatWasUsedIsNotWarnedOf() throws {
        let end = shell.seconds + 2 * Self.secondsOfDay
        let key = try start(.retiring(.at(end)), created: shell.seconds)
        shell.use(key.generations[1])
        shell.pass(2 * Self.day - 1)
        #expect(shell.takeEvents() == [])
    }

    @Test func withALedgerThatKnowsTheUseNothingIsUnknown() throws {
        _ = try start(.retiring(.afterUse))
        shell.pass(3 * Self.day)
        #expect(shell.takeEvents() == [])
    }

    @Test func thatUseIsUnknownIsWarnedOfOnceADay() throws {
        let state = RecordedReplayState(
            state: ReplayState(), ledgerID: nil, wasMadeAnew: true, isOfAnotherBoot: false, formerBoot: nil,
            isDamaged: false)
        let shell = KeyShell(try KeySamples.configuration(), restoring: state)
        let key = try KeySamples.key("laptop", .retiring(.afterUse), .active)
        shell.put(key)
        shell.start()
        _ = shell.takeEffects()
        let warning = Event.key(.retiresByUseUnknown(from: Event.KeyLabel(key.name, generation: 1)))
        shell.pass(Self.day - 1)
        #expect(shell.takeEvents() == [warning])
        shell.pass(1)
        #expect(shell.takeEvents() == [warning])
        shell.use(key.generations[1])
        shell.pass(Self.day)
        #expect(shell.takeEvents() == [Self.taken(1)], "now it is known")
    }

    @Test func eachGenerationIsWarnedOfByItself() throws {
        var warnings = RotationWarnings(isUseUnknown: true)
        var ring = Keyring()
        let laptop = try KeySamples.key("laptop", .retiring(.afterUse), .active)
        let phone = try KeySamples.key("phone", .retiring(.afterUse), .retiring(.afterUse), .active)
        try ring.take([laptop], keeping: [])
        #expect(warnings.takeDue(in: ring, now: shell.now).count == 1)
        #expect(warnings.takeDue(in: ring, now: shell.now) == [], "not before an hour has passed")
        try ring.take([laptop, phone], keeping: [])
        shell.pass(KeyShell.hour)
        let labels = [1, 2].map { Event.KeyLabel(phone.name, generation: $0) }
        #expect(warnings.takeDue(in: ring, now: shell.now) == labels.map { Event.key(.retiresByUseUnknown(from: $0)) })
        #expect(warnings.dueAt == shell.now.sinceBoot + KeyShell.hour)
    }

    // MARK: The clock is set

    @Test func aClockThatIsSetForwardRetiresAGenerationAndSetBackBringsItBack() throws {
        let end = shell.seconds + 100
        _ = try start(.retiring(.at(end)))
        shell.setClock(by: 200_000)
        #expect(shell.takeEvents() == [Self.taken(1)])
        #expect(shell.wakesAt == nil)
        shell.setClock(by: -150_000)
        #expect(shell.takeEvents() == [Self.taken(2)])
        #expect(shell.wakesAt == UInt64(end) * 1000)
        #expect(shell.toldToVerifier == ["laptop 1", "laptop 2"])
    }

    @Test func theFloorsOfLostStateFollowTheClock() throws {
        let state = RecordedReplayState(
            state: ReplayState(), ledgerID: "a1", wasMadeAnew: false, isOfAnotherBoot: true, formerBoot: "yesterday",
            isDamaged: false)
        let shell = KeyShell(try KeySamples.configuration(), restoring: state)
        let key = try KeySamples.key("laptop", .active)
        let id = key.generations[0].id
        shell.put(key)
        shell.start()
        #expect(shell.takeFloors() == [KeyEffect.Floor(generation: id, floor: shell.windowEnd)])
        shell.setClock(by: 3_600_000)
        #expect(shell.takeFloors() == [KeyEffect.Floor(generation: id, floor: shell.windowEnd)])
        #expect(shell.service.ledgerFloor(of: id) == shell.windowEnd)
        shell.setClock(by: -7_200_000)
        #expect(shell.takeFloors() == [KeyEffect.Floor(generation: id, floor: shell.windowEnd)], "down as well")
    }

    @Test func otherFloorsDoNotFollowTheClock() throws {
        let key = try start(.active)
        let floor = shell.now.wall
        shell.setClock(by: 3_600_000)
        #expect(
            shell.takeEffects() == [.applyKeys, .setKeyCount(1), .endRevokedHolds, .tellVerifier, .setRetirementTimer])
        shell.setClock(by: -7_200_000)
        #expect(shell.takeFloors() == [])
        #expect(shell.service.ledgerFloor(of: key.generations[0].id) == floor)
    }
}
