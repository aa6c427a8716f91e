import Base
import Doors
import Keys
import Packets
import Testing

/// On whose behalf the commands of an opening are run.
struct StarterTests {
    private let house = House()
    private let address = IPAddress(ipv4: 0xC612_0102)
    private let door: Door
    private let laptop: KeyName
    private let phone: KeyName

    init() throws {
        let actions = Door.Actions(
            start: try #require(ActionTemplate("open %IP%")), stop: ActionTemplate("close %IP%"))
        (laptop, phone) = (try Sample.key("laptop"), try Sample.key("phone"))
        door = try Sample.door(
            signed: SignedDoor(keys: .all, addressRule: .observed, delegates: [], longest: 1_000_000),
            actions: actions, actionsIPv6: nil)
        house.state.keyCount = 2
    }

    private func knock(_ key: KeyName, at now: Milliseconds) throws -> OpenDoors.KnockOutcome {
        let proof = Proof(
            of: .key(key), generation: GenerationID(high: 1, low: 1), at: door, address: address, openFor: nil)
        return house.state.knock(proof, at: door, try #require(door.actions), now: now)
    }

    private func close(_ key: KeyName) -> [OpenDoors.CloseOutcome] {
        house.state.close(door.identity, for: address, by: .key(key), now: 0)
    }

    private var key: OpeningKey { OpeningKey(door: door.identity, address: address) }

    private var opening: Opening { get throws { try #require(house.all.first) } }

    private var starter: Holder { get throws { house.state.starter(of: try opening) } }

    @Test func itIsTheOneWhoBeganUntilHisHoldIsGone() throws {
        _ = try knock(laptop, at: 0)
        #expect(try starter == .key(laptop))
        _ = house.started(key, succeeded: true, now: 0)
        _ = try knock(phone, at: 10)
        #expect(try starter == .key(laptop))
        guard case .held = close(laptop).first else { throw Unexpected() }
        #expect(try starter == .key(phone))
        _ = try knock(laptop, at: 20)
        #expect(try starter == .key(phone), "it stays with him")
    }

    @Test func aStartWithoutRoomPassesToTheNextHolderAndGivesThePlaceBack() throws {
        _ = try knock(laptop, at: 0)
        _ = house.state.readyToStart(key, now: 0)
        #expect(try knock(phone, at: 10) == .wait)
        let steps = house.state.hasNoRoom(key, for: .key(laptop), now: 20)
        let left = try opening
        #expect(steps == [.record(left), .start(left)] && left.holders == [.key(phone)])
        #expect(try starter == .key(phone))
        guard case .over = house.state.hasNoRoom(key, for: .key(phone), now: 30).first else { throw Unexpected() }
        #expect(house.isEmpty)
    }

    @Test func whoHasGivenItUpMeanwhileTakesNobodyElsesHoldWithHim() throws {
        _ = try knock(laptop, at: 0)
        _ = house.state.readyToStart(key, now: 0)
        #expect(try knock(phone, at: 10) == .wait)
        guard case .held = close(laptop).first else { throw Unexpected() }
        let steps = house.state.hasNoRoom(key, for: .key(laptop), now: 20)
        let left = try opening
        #expect(steps == [.record(left), .start(left)] && left.holders == [.key(phone)])
    }
}
