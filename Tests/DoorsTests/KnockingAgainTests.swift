import Base
import Testing

@testable import Doors

/// Knocks at what is open where nothing can be asked, and starts that hang.
struct KnockingAgainTests: CommandTests {
    let house = House()

    @Test func whereNothingCanBeKnownStopAndStartRunOnceItIsOlderThanTwoSeconds() throws {
        let door = try door()
        try open(door, at: 0)
        guard case .extend = try knock(door, at: 1999) else { throw Unexpected() }
        guard case .stopFirst = try knock(door, at: 2000) else { throw Unexpected() }
        _ = house.stopped(key(door), now: 2100)
        _ = house.started(key(door), succeeded: true, now: 2100)
        guard case .extend = try knock(door, at: 3500) else { throw Unexpected() }
        guard case .stopFirst = try knock(door, at: 4200) else { throw Unexpected() }
    }

    @Test func aStopForAllAddressesIsNotRunForOneKnock() throws {
        let door = try door(stop: "close all")
        try open(door, at: 0)
        guard case .extend = try knock(door, at: 5000) else { throw Unexpected() }
    }

    @Test func aDoorThatWasChangedIsStoppedAsRecordedAndOpenedAnew() throws {
        try open(try door(reknock: .extend), at: 0)
        let changed = try door(start: "open more %IP%", reknock: .extend)
        guard case .stopFirst(let closing) = try knock(changed, at: 100) else { throw Unexpected() }
        #expect(closing.commands.start == "open 198.18.1.2")
        let next = try #require(house.stopped(closing.key, now: 200))
        #expect(next.commands.start == "open more 198.18.1.2")
        _ = house.started(next.key, succeeded: true, now: 200)
        guard case .extend = try knock(changed, at: 300) else { throw Unexpected() }
    }

    @Test func rerunDoesNotStopForAllAddresses() throws {
        let door = try door(stop: "close all", reknock: .rerun)
        try open(door, at: 0)
        guard case .extend = try knock(door, at: 5000) else { throw Unexpected() }
    }

    // MARK: Starts that hang

    @Test func aStartThatTheDoorHasNotAnyMoreIsEndedAtTheNextKnock() throws {
        let mistaken = try door(start: "opn %IP%")
        guard case .begin(let opening) = try knock(mistaken, at: 0) else { throw Unexpected() }
        _ = house.state.readyToStart(opening.key, now: 0)
        let mended = try door()
        guard case .endStart(let ending) = try knock(mended, at: 1000) else { throw Unexpected() }
        #expect(ending.key == opening.key && ending.deadline == 0, "a daemon that follows stops it at once")
        #expect(try knock(mended, at: 1100) == .wait)
        guard case .stop = house.state.started(opening.key, .cutOff, now: 1200).first else { throw Unexpected() }
        let next = try #require(house.stopped(opening.key, now: 1300))
        #expect(next.commands.start == "open 198.18.1.2")
        #expect(house.state.readyToStart(next.key, now: 1300) == [.start(next)])
        #expect(house.started(next.key, succeeded: true, now: 1400)?.deadline == 11_400)
    }

    @Test func aStartMayRunAsLongAsItsOpeningLastsAndFiveSecondsInAnyCase() throws {
        func bound(_ openFor: Milliseconds, limit: Milliseconds?) -> Milliseconds {
            Sample.opening(
                OpeningKey(door: DoorIdentity(name: "ssh"), address: address), startLimit: limit, openFor: openFor,
                phase: .starting, deadline: 0
            ).startBound
        }
        #expect(bound(10_000, limit: nil) == 10_000)
        #expect(bound(10_000, limit: 3000) == 3000)
        #expect(bound(1000, limit: 30_000) == 5000)
    }

    @Test func aStartThatIsCutOffIsFollowedByStop() throws {
        let door = try door()
        guard case .begin(let opening) = try knock(door, at: 0) else { throw Unexpected() }
        _ = house.state.readyToStart(opening.key, now: 0)
        guard case .stop(let closing) = house.state.started(opening.key, .cutOff, now: 5000).first else {
            throw Unexpected()
        }
        #expect(closing.key == opening.key)
        #expect(house.stopped(opening.key, now: 5100) == nil)
        #expect(house.isEmpty)
    }
}
