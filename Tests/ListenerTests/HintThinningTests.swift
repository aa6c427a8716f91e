import Base
import TestSupport
import Testing

@testable import Listener

struct HintThinningTests {
    private static let share = ListenerLimits.datagramsOfGeneration.perSecond
    private var thinning = HintThinning()

    init() { thinning.reserve(2) }

    /// A flood under the first generation, of which the kernel passes as many as it was asked to. Returns the greatest
    /// number that passed in a millisecond, and how many passed a second, after the first tenth of a second.
    private mutating func flood(perSecond rate: Int, for time: Milliseconds) -> (most: Int, perSecond: Int) {
        var random = SeededGenerator(seed: 1)
        var (most, all) = (0, 0)
        for now in 0..<time {
            let mask = UInt32(1) << UInt32(thinning.thinned[0] ?? 0) - 1
            let passing = (0..<rate / 1000).count { _ in random.next() & UInt64(mask) == 0 }
            for _ in 0..<passing { thinning.count(0, now: now) }
            thinning.advance(to: now)
            if now >= 100 { (most, all) = (max(most, passing), all + passing) }
        }
        return (most, all * 1000 / Int(time - 100))
    }

    @Test(arguments: [80_000, 200_000, 500_000, 2_000_000])
    mutating func ofAnyFloodTwiceTheShareAtMostIsPassed(rate: Int) {
        let passed = flood(perSecond: rate, for: 1000)
        #expect(passed.perSecond <= 2 * Self.share && passed.perSecond >= Self.share / 3, "\(passed)")
        #expect(passed.most < 200, "\(passed)")
        #expect(thinning.thinned[1] == nil)
    }

    @Test mutating func knocksWithinTheShareAllPass() {
        let passed = flood(perSecond: Self.share, for: 1000)
        #expect(thinning.thinned.isEmpty && thinning.nextChange == nil)
        #expect(passed.perSecond > Self.share * 9 / 10)
    }

    /// The Listener got no turn while its ring filled, at the rate of the share, and then reads it at once.
    @Test(arguments: [20, 50, 99]) mutating func aRingThatFilledMeanwhileIsNoFlood(pause: Int) {
        for now: Milliseconds in 0..<3000 where now / Milliseconds(pause) % 2 == 1 {
            let waiting = now % Milliseconds(pause) == 0 ? pause + 1 : 1
            for _ in 0..<waiting * Self.share / 1000 { thinning.count(0, now: now) }
            #expect(thinning.thinned.isEmpty, "at \(now)")
        }
    }

    @Test mutating func onceFewComeAllPassAgain() throws {
        _ = flood(perSecond: 2_000_000, for: 1000)
        #expect(thinning.thinned[0] != nil)
        var now: Milliseconds = 1000
        while let next = thinning.nextChange {
            now = max(next, now)
            try #require(now < 3000)
            thinning.advance(to: now)
        }
        #expect(thinning.thinned.isEmpty)
    }

    @Test mutating func noRateThinsBeyondTheLimit() {
        for now: Milliseconds in 0..<20 {
            for _ in 0..<200_000 { thinning.count(1, now: now) }
        }
        #expect(thinning.thinned == [1: ListenerLimits.mostThinned])
    }
}
