import Keys
import Linux
import Testing

@testable import Doors

struct KnockAllowanceTests {
    /// Behind a reference, so that it can be changed within an expectation.
    private final class Box {
        var state = KnockAllowance<Holder>.ofKeys()
    }

    private let box = Box()
    private let laptop: Holder

    init() throws {
        laptop = .key(try Sample.key("laptop"))
    }

    /// How many of so many knocks count at a moment.
    private func take(_ count: Int = 100, _ holder: Holder? = nil, at now: Milliseconds) -> Int {
        (0..<count).count { _ in box.state.take(holder ?? laptop, now: now) }
    }

    @Test func thirtyTwoCountAtOnceAndThenEightASecond() {
        #expect(take(at: 1000) == 32)
        #expect(take(at: 1124) == 0)
        #expect(take(at: 1125) == 1)
        #expect(take(at: 2000) == 7)
        #expect(take(at: 3000) == 8)
        #expect(take(at: 1_000_000) == 32, "it does not grow beyond that")
    }

    @Test func refusedKnocksCostNothing() {
        _ = take(at: 1000)
        for now in 1001...1999 as ClosedRange<Milliseconds> { _ = take(1, at: now) }
        // 8 came to be used as they came; there is nothing to catch up on.
        #expect(take(at: 2000) == 1)
    }

    /// Whatever the moments, nobody gets more than the rate and one burst.
    @Test(arguments: [100, 999, 3999, 4000, 4001, 7999, 8000, 8001] as [Milliseconds])
    func forgettingGivesNothingAway(pause: Milliseconds) {
        var count = 0
        var now: Milliseconds = 0
        while now <= 80_000 {
            count += take(40, at: now)
            now += pause
        }
        #expect(Milliseconds(count) <= 32 + 8 * (now - pause) / 1000)
        #expect(count > 300 || pause > 3999)
    }

    @Test func eachHolderHasAnAllowance() throws {
        #expect(take(at: 1000) == 32)
        #expect(take(100, .sequence, at: 1000) == 32)
        #expect(take(100, .key(try Sample.key("phone")), at: 1000) == 32)
    }

    @Test func aClockThatStandsStillOrGoesBackTrapsNothing() {
        #expect(take(at: 5000) == 32)
        #expect(take(at: 0) == 0)
        #expect(take(at: -5) == 0)
        #expect(take(at: 5000) == 0)
    }

    @Test func noMoreHoldersAreRememberedThanThat() throws {
        for number in 0..<KnockAllowance<Holder>.mostClaimants {
            #expect(take(1, .key(try Sample.key("k\(number)")), at: 1000) == 1)
        }
        #expect(take(1, at: 1001) == 0, "there is no room")
        #expect(take(1, .key(try Sample.key("k7")), at: 1001) == 1, "who is known goes on")
        #expect(take(1, at: 5001) == 1, "for a few seconds only")
    }

    @Test func aDoorThatManyShareHasMore() {
        var doors = KnockAllowance<Int>.ofDoors()
        #expect((0..<1000).count { _ in doors.take(1, now: 0) } == 256)
        #expect((0..<1000).count { _ in doors.take(1, now: 1000) } == 64)
        #expect(doors.take(2, now: 1000) == true)
    }
}
