import Base
import Keys
import Packets
import Testing

@testable import Doors

/// Openings that several hold.
struct HoldsTests {
    private let house = House()
    private let address = IPAddress(ipv4: 0xC612_0102)
    private let first = GenerationID(high: 1, low: 1)
    private let second = GenerationID(high: 1, low: 2)
    private let start: ActionTemplate
    private let stop: ActionTemplate
    private let laptop: KeyName
    private let phone: KeyName

    init() throws {
        start = try #require(ActionTemplate("open %IP% %SECONDS%"))
        stop = try #require(ActionTemplate("close %IP% %SECONDS%"))
        laptop = try Sample.key("laptop")
        phone = try Sample.key("phone")
    }

    /// A door open for 10 s, for both keys and a sequence.
    private func door(
        keys: SignedDoor.Keys? = nil, hasSequence: Bool = true, reknock: Door.Reknock = .extend, maxOpenings: Int = 8
    ) throws -> Door {
        let actions = Door.Actions(start: start, stop: stop)
        return try Sample.door(
            hasSequence: hasSequence,
            signed: SignedDoor(
                keys: keys ?? .named([laptop, phone]), addressRule: .observed, delegates: [], longest: 1_000_000),
            actions: actions, actionsIPv6: actions, reknock: reknock, maxOpenings: maxOpenings)
    }

    @discardableResult
    private func knock(
        _ door: Door, _ key: KeyName?, _ generation: GenerationID? = nil, for seconds: Milliseconds? = nil,
        _ address: IPAddress? = nil, at now: Milliseconds
    ) -> OpenDoors.KnockOutcome {
        let address = address ?? self.address
        let proof =
            key.map {
                Proof(
                    of: .key($0), generation: generation ?? first, at: door, address: address,
                    openFor: seconds.map { $0 * 1000 })
            } ?? Proof(of: .sequence, at: door, address: address)
        return house.state.knock(proof, at: door, Door.Actions(start: start, stop: stop), now: now)
    }

    private var key: OpeningKey { OpeningKey(door: DoorIdentity(name: "ssh"), address: address) }

    private func started(at now: Milliseconds, succeeded: Bool = true) -> Opening? {
        house.started(key, succeeded: succeeded, now: now)
    }

    private func stopped(at now: Milliseconds) -> Opening? { house.stopped(key, now: now) }

    private func due(at now: Milliseconds) -> [Opening] { house.due(at: now) }

    /// Nil if it holds nothing.
    private func close(_ key: KeyName?, at now: Milliseconds = 0) -> OpenDoors.CloseOutcome? {
        house.state.close(self.key.door, for: address, by: key.map(Holder.key) ?? .sequence, now: now).first
    }

    /// The start command has ended after it was told to.
    private func cutOff(at now: Milliseconds) -> [OpeningStep] { house.state.started(key, .cutOff, now: now) }

    private var holds: [Holder: Milliseconds] {
        Dictionary(uniqueKeysWithValues: house.state[key]?.holds.map { ($0.holder, $0.deadline) } ?? [])
    }

    // MARK: Time

    @Test func eachHoldsForItsOwnTime() throws {
        let door = try door()
        knock(door, laptop, for: 60, at: 1000)
        _ = started(at: 2000)
        knock(door, phone, for: 5, at: 3000)
        knock(door, nil, at: 4000)
        #expect(holds == [.key(laptop): 62_000, .key(phone): 8000, .sequence: 14_000])
        #expect(house.state[key]?.deadline == 62_000)
        #expect(house.state.nextDeadline ?? .max <= 8000)
        #expect(due(at: 8000).isEmpty)
        #expect(holds.keys.sorted(by: { "\($0)" < "\($1)" }).count == 2, "the phone's is over")
        #expect(due(at: 61_999).isEmpty)
        #expect(holds == [.key(laptop): 62_000])
        #expect(due(at: 62_000).map(\.key) == [key], "stop is run once, for the last one")
        #expect(due(at: 99_000).isEmpty)
    }

    @Test func holdsCountFromTheEndOfTheStart() throws {
        let door = try door()
        knock(door, laptop, for: 60, at: 1000)
        #expect(knock(door, phone, for: 5, at: 2000) == .wait)
        #expect(knock(door, phone, for: 3, at: 3000) == .wait, "never shorter")
        let opening = try #require(started(at: 50_000))
        #expect(opening.holds.map(\.deadline) == [110_000, 55_000])
    }

    @Test func aShorterKnockShortensNoHold() throws {
        let door = try door()
        knock(door, laptop, first, for: 60, at: 1000)
        _ = started(at: 1000)
        knock(door, laptop, first, for: 5, at: 2000)
        #expect(holds == [.key(laptop): 61_000])
    }

    @Test func eachGenerationHoldsForItsOwnTime() throws {
        let door = try door()
        knock(door, laptop, first, for: 60, at: 1000)
        _ = started(at: 1000)
        knock(door, laptop, second, for: 5, at: 2000)
        #expect(house.state[key]?.holds.map(\.deadline) == [61_000, 7000])
        let outcomes = house.state.end(now: 3000) { $1.generation == first }
        guard case .held(let opening) = outcomes.first else { throw Unexpected() }
        #expect(opening.deadline == 7000, "the later generation holds it as long as it was granted, and no longer")
        #expect(due(at: 7000).count == 1)
    }

    @Test func aRevokedGenerationDoesNotOutliveAStartThatFailed() throws {
        let door = try door()
        knock(door, laptop, first, for: 600, at: 1000)
        _ = started(at: 1000, succeeded: false)
        knock(door, laptop, second, for: 5, at: 2000)
        _ = started(at: 3000)
        _ = house.state.end(now: 4000) { $1.generation == first }
        #expect(house.state[key]?.deadline == 8000)
    }

    @Test func aRevokedGenerationDoesNotOutliveARerun() throws {
        let door = try door(reknock: .rerun)
        knock(door, laptop, first, for: 600, at: 1000)
        _ = started(at: 1000)
        knock(door, laptop, second, for: 5, at: 2000)
        _ = stopped(at: 2500)
        _ = started(at: 3000)
        _ = house.state.end(now: 4000) { $1.generation == first }
        #expect(house.state[key]?.deadline == 8000)
    }

    // MARK: Closing

    @Test func aCloseEndsTheHoldOfItsKeyAlone() throws {
        let door = try door()
        knock(door, laptop, at: 1000)
        _ = started(at: 1000)
        knock(door, phone, at: 2000)
        guard case .held(let opening) = close(laptop) else { throw Unexpected() }
        #expect(opening.holds.map(\.holder) == [.key(phone)])
        #expect(close(laptop) == nil, "it has gone")
        guard case .stop(let closing) = close(phone) else { throw Unexpected() }
        #expect(closing.phase == .closing)
        #expect(closing.commands.stop == "close 198.18.1.2 10", "as it was recorded")
        #expect(close(phone) == nil)
        #expect(due(at: 99_000).isEmpty, "its stop runs already")
        #expect(stopped(at: 3000) == nil)
        #expect(house.state.isEmpty)
    }

    @Test func aCloseWithoutAHoldDoesNothing() throws {
        #expect(close(laptop) == nil)
        knock(try door(), laptop, at: 1000)
        _ = started(at: 1000)
        #expect(close(phone) == nil)
        #expect(close(nil) == nil)
        #expect(holds == [.key(laptop): 11_000])
    }

    @Test func aCloseEndsAStartThatRuns() throws {
        let door = try door()
        knock(door, laptop, for: 60, at: 1000)
        guard case .endStart(let opening) = close(laptop) else { throw Unexpected() }
        #expect(opening.phase == .starting)
        #expect(opening.deadline == 0)
        #expect(close(laptop) == nil)
        #expect(due(at: 5000).isEmpty, "start still runs")
        guard case .stop(let closing) = cutOff(at: 6000).first else { throw Unexpected() }
        #expect(closing.key == key)
        #expect(stopped(at: 7000) == nil)
        #expect(house.isEmpty)
    }

    @Test func aKnockAfterSuchACloseBeginsTheNextOpening() throws {
        let door = try door()
        knock(door, laptop, for: 60, at: 1000)
        _ = close(laptop)
        #expect(knock(door, laptop, for: 5, at: 2000) == .wait)
        _ = cutOff(at: 3000)
        let next = try #require(stopped(at: 4000))
        #expect(next.phase == .starting)
        #expect(started(at: 6000)?.deadline == 11_000)
        #expect(due(at: 10_999).isEmpty)
        #expect(due(at: 11_000).count == 1)
    }

    @Test func whatWasToFollowCanBeTakenBack() throws {
        let door = try door()
        knock(door, laptop, at: 1000)
        _ = started(at: 1000)
        _ = due(at: 11_000)
        #expect(knock(door, laptop, at: 11_001) == .wait)
        #expect(knock(door, phone, at: 11_002) == .wait)
        #expect(close(laptop) == .withdrawn)
        let next = try #require(stopped(at: 12_000))
        #expect(next.holds.map(\.holder) == [.key(phone)])
        _ = started(at: 12_000)
        _ = close(phone)
        knock(door, nil, at: 13_000)
        #expect(close(nil) == .withdrawn)
        #expect(stopped(at: 14_000) == nil, "nobody wants it")
        #expect(house.state.isEmpty)
    }

    // MARK: Running again

    @Test func aRerunKeepsTheOtherHolds() throws {
        let door = try door(reknock: .rerun)
        knock(door, laptop, for: 60, at: 1000)
        _ = started(at: 1000)
        guard case .extend = knock(door, phone, for: 50, at: 2000) else { throw Unexpected() }
        guard case .stopFirst = knock(door, phone, for: 5, at: 2000) else { throw Unexpected() }
        let next = try #require(stopped(at: 3000))
        #expect(next.commands.start == "open 198.18.1.2 5")
        _ = started(at: 4000)
        #expect(holds == [.key(laptop): 61_000, .key(phone): 52_000], "nobody's time is cut")
    }

    @Test func onlyAHolderHasItRunAgainAndOnceInTwoSeconds() throws {
        let door = try door(reknock: .rerun)
        knock(door, laptop, for: 60, at: 1000)
        _ = started(at: 1000)
        guard case .extend = knock(door, phone, for: 5, at: 2000) else { throw Unexpected() }
        guard case .stopFirst = knock(door, phone, for: 5, at: 2001) else { throw Unexpected() }
        _ = stopped(at: 2002)
        _ = started(at: 2003)
        guard case .extend = knock(door, laptop, for: 5, at: 4000) else { throw Unexpected() }
        guard case .stopFirst = knock(door, laptop, for: 5, at: 4001) else { throw Unexpected() }
    }

    @Test func aHoldWhoseTimeIsUpWhileStopRunsBeginsNothing() throws {
        let door = try door(reknock: .rerun)
        knock(door, laptop, for: 60, at: 1000)
        _ = started(at: 1000)
        knock(door, phone, at: 59_000)
        guard case .stopFirst = knock(door, phone, at: 60_000) else { throw Unexpected() }
        #expect(close(phone) == .withdrawn)
        #expect(stopped(at: 61_000) == nil)
        #expect(house.state.isEmpty)
        guard case .begin = knock(try self.door(maxOpenings: 2), laptop, at: 62_000) else { throw Unexpected() }
    }

    @Test func aFailedStartIsRunAgainForItsStop() throws {
        let door = try door()
        knock(door, laptop, for: 60, at: 1000)
        _ = started(at: 1000, succeeded: false)
        guard case .startAgain(let again) = knock(door, phone, for: 5, at: 2000) else { throw Unexpected() }
        #expect(again.commands.start == "open 198.18.1.2 60", "start and stop must fit together")
        #expect(again.values.key == laptop)
        _ = started(at: 3000)
        #expect(holds == [.key(laptop): 61_000, .key(phone): 8000])
    }

    @Test func whoWantedAStartThatIsNotRunHoldsNothing() throws {
        let door = try door()
        knock(door, laptop, for: 60, at: 1000)
        _ = started(at: 1000, succeeded: false)
        knock(door, phone, for: 5, at: 2000)
        house.state.notStarted(key)
        #expect(due(at: 2000).isEmpty)
        #expect(holds == [.key(laptop): 61_000])
    }

    // MARK: Revoking

    @Test func aRevokedGenerationHoldsNothing() throws {
        let door = try door()
        let others = IPAddress(ipv4: 0xC612_0103)
        knock(door, laptop, first, at: 1000)
        _ = started(at: 1000)
        knock(door, phone, second, at: 1000)
        knock(door, phone, first, for: nil, others, at: 1000)
        knock(door, nil, for: nil, IPAddress(ipv4: 0xC612_0104), at: 1000)
        let outcomes = house.state.end(now: 2000) { $1.generation == first }
        #expect(outcomes.count == 2)
        for outcome in outcomes {
            switch outcome {
            case .held(let opening): #expect(opening.key == key && opening.holds.map(\.holder) == [.key(phone)])
            case .endStart(let opening): #expect(opening.key.address == others)
            default: Issue.record("\(outcome)")
            }
        }
        #expect(house.state.end(now: 2000, holdsWhere: { $1.generation == first }).isEmpty)
        let all = house.state.end(now: 2000) { [first, second].contains($1.generation) }
        guard case .stop(let closing) = all.first else { throw Unexpected() }
        #expect(closing.key == key)
    }

    // MARK: Earlier runs

    @Test func aRestoredOpeningIsHeldAsBefore() throws {
        let values = CommandValues(address: address, key: laptop, door: "ssh", seconds: 5)
        let opening = Opening(
            key: key, values: values,
            commands: OpeningCommands(start: "a", stop: "b", startLimit: nil, stopLimit: 1), phase: .open,
            holds: [
                Hold(holder: .key(laptop), generation: first, openFor: 5000, deadline: 500),
                Hold(holder: .sequence, generation: nil, openFor: 10, deadline: 900),
            ])
        house.state.restore(opening)
        #expect(due(at: 500).isEmpty)
        #expect(close(laptop) == nil)
        #expect(due(at: 900).map(\.values) == [values])
    }

    @Test func anOpeningThatNobodyHoldsIsOverdue() throws {
        let opening = Opening(
            key: key, values: CommandValues(address: address, key: nil, door: "ssh", seconds: 5),
            commands: OpeningCommands(start: "a", stop: "b", startLimit: nil, stopLimit: 1), phase: .open, holds: [])
        #expect(opening.deadline == 0)
        house.state.restore(opening)
        #expect(due(at: 1).count == 1)
    }

    // MARK: Memory

    @Test func closesDoNotPileUpDeadlines() throws {
        let door = try door()
        for now in 1...2000 as ClosedRange<Milliseconds> {
            knock(door, laptop, for: 100_000 - 10 * now, at: now)
            _ = started(at: now)
            _ = close(laptop)
            _ = stopped(at: now)
        }
        #expect(house.state.isEmpty)
        #expect(house.state.deadlines.count <= 67, "64, and what is open")
    }

    @Test func aLaterOpeningIsClosedInItsOwnTime() throws {
        let door = try door()
        knock(door, laptop, for: 1000, at: 1000)
        _ = started(at: 1000)
        _ = close(laptop)
        _ = stopped(at: 2000)
        knock(door, laptop, for: 5, at: 3000)
        _ = started(at: 3000)
        #expect(due(at: 8000).count == 1, "not when the first one would have been")
    }

    // MARK: Places

    private func address(_ number: UInt32) -> IPAddress { IPAddress(ipv4: 0xC612_0200 + number) }

    /// How many openings a key gets at addresses from this one on.
    private func fill(_ door: Door, _ key: KeyName?, from number: UInt32) -> Int {
        (number...(number + 50)).count {
            if case .begin = knock(door, key, for: nil, address($0), at: 1000) { true } else { false }
        }
    }

    @Test func halfOfThePlacesIsSharedOut() throws {
        // Three holders: 4 each, and 12 for whoever comes first.
        let door = try door(maxOpenings: 24)
        #expect(fill(door, laptop, from: 0) == 16)
        #expect(knock(door, laptop, for: nil, address(100), at: 1000) == .full(limit: 24))
        #expect(fill(door, phone, from: 60) == 4)
        #expect(fill(door, nil, from: 120) == 4)
        #expect(house.state.all.count == 24)
    }

    @Test func aDoorForAllKeysIsSharedAmongThoseThatThereAre() throws {
        house.state.keyCount = 9
        let door = try door(keys: .all, maxOpenings: 40)
        #expect(fill(door, laptop, from: 0) == 22, "2 of its own, 20 of nobody's")
        #expect(fill(door, phone, from: 60) == 2)
        house.state.keyCount = 4
        #expect(fill(door, phone, from: 120) == 4, "2 more of its own, and 2 that are nobody's now")
    }

    @Test func aDoorOfOneHolderHasAllPlaces() throws {
        let door = try door(keys: .named([laptop]), hasSequence: false, maxOpenings: 7)
        #expect(fill(door, laptop, from: 0) == 7)
    }

    @Test func joiningTakesAPlaceToo() throws {
        let door = try door(maxOpenings: 8)
        // 1 for each of three, and 5.
        #expect(fill(door, laptop, from: 0) == 6)
        for number in 0..<6 as Range<UInt32> {
            let outcome = knock(door, phone, for: nil, address(number), at: 1000)
            #expect(outcome == (number == 0 ? .wait : .full(limit: 8)))
        }
        _ = house.state.close(door.identity, for: address(0), by: .key(laptop), now: 2000)
        #expect(fill(door, laptop, from: 60) == 1, "the phone's hold leaves the laptop its share")
    }

    @Test func aPlaceIsFreeWhenStopHasEnded() throws {
        let door = try door(keys: .named([laptop]), hasSequence: false, maxOpenings: 1)
        let other = address(1)
        knock(door, laptop, at: 1000)
        _ = started(at: 1000)
        _ = close(laptop)
        #expect(knock(door, laptop, for: nil, other, at: 2000) == .full(limit: 1))
        _ = stopped(at: 3000)
        guard case .begin = knock(door, laptop, for: nil, other, at: 3000) else { throw Unexpected() }
    }

}
