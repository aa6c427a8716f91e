import Base
import Testing

@testable import Listener

struct JunkWatchTests {
    private var watch = JunkWatch()

    /// Junk at an even rate, a millisecond's at a time.
    private mutating func send(perSecond rate: Int, from start: Milliseconds, for time: Milliseconds) {
        for now in start..<start + time {
            watch.advance(to: now)
            if !watch.isGuarding { watch.count(rate / 1000, now: now) }
        }
    }

    @Test mutating func littleJunkIsLeftToTheListener() {
        send(perSecond: 4000, from: 0, for: 60_000)
        #expect(!watch.isGuarding)
        #expect(watch.takeTelling() == nil)
        #expect(watch.nextChange == nil)
    }

    @Test mutating func muchJunkIsTheKernelsWithinATenthOfASecond() {
        send(perSecond: 6000, from: 0, for: 100)
        #expect(watch.isGuarding)
        #expect(watch.takeTelling() == true)
        #expect(watch.takeTelling() == nil)
    }

    @Test mutating func whileItGoesOnTheListenerLooksAtAHundredthOfItAndTellsNothing() {
        var seen = 0
        for now: Milliseconds in 0..<120_000 {
            watch.advance(to: now)
            if watch.isGuarding { continue }
            watch.count(100, now: now)
            seen += 100
            if now > 100 { #expect(watch.takeTelling() == nil) } else { _ = watch.takeTelling() }
        }
        #expect(seen <= 120_000 * 100 / 100, "\(seen)")
    }

    @Test mutating func onceItIsQuietTheKernelLetsAllThroughAgain() {
        send(perSecond: 100_000, from: 0, for: 10)
        _ = watch.takeTelling()
        watch.advance(to: 10_100)
        #expect(!watch.isGuarding)
        #expect(watch.takeTelling() == nil, "it is looking")
        #expect(watch.nextChange == 10_100 + ListenerLimits.quietTime)
        watch.advance(to: 10_100 + ListenerLimits.quietTime)
        #expect(watch.takeTelling() == false)
        #expect(watch.nextChange == nil)
    }

    @Test mutating func aBurstThatGatheredCountsAtOnce() {
        watch.count(1024, now: 5)
        #expect(watch.isGuarding)
        #expect(watch.nextChange == 5 + ListenerLimits.guardTime)
    }
}
