import Base
import Testing

@testable import Listener

struct FloodDetectorTests {
    private var detector = FloodDetector()

    /// Junk at an even rate, a millisecond's at a time.
    private mutating func send(perSecond rate: Int, from start: Milliseconds, for time: Milliseconds) {
        for now in start..<start + time {
            detector.advance(to: now)
            if !detector.isGuarding { detector.count(rate / 1000, now: now) }
        }
    }

    @Test mutating func littleJunkIsLeftToTheListener() {
        send(perSecond: 4000, from: 0, for: 60_000)
        #expect(!detector.isGuarding)
        #expect(detector.takeTelling() == nil)
        #expect(detector.nextChange == nil)
    }

    @Test mutating func muchJunkIsTheKernelsWithinATenthOfASecond() {
        send(perSecond: 6000, from: 0, for: 100)
        #expect(detector.isGuarding)
        #expect(detector.takeTelling() == true)
        #expect(detector.takeTelling() == nil)
    }

    @Test mutating func whileItGoesOnTheListenerLooksAtAHundredthOfItAndTellsNothing() {
        var seen = 0
        for now: Milliseconds in 0..<120_000 {
            detector.advance(to: now)
            if detector.isGuarding { continue }
            detector.count(100, now: now)
            seen += 100
            if now > 100 { #expect(detector.takeTelling() == nil) } else { _ = detector.takeTelling() }
        }
        #expect(seen <= 120_000 * 100 / 100, "\(seen)")
    }

    @Test mutating func onceItIsQuietTheKernelLetsAllThroughAgain() {
        send(perSecond: 100_000, from: 0, for: 10)
        _ = detector.takeTelling()
        detector.advance(to: 10_100)
        #expect(!detector.isGuarding)
        #expect(detector.takeTelling() == nil, "it is looking")
        #expect(detector.nextChange == 10_100 + ListenerLimits.quietTime)
        detector.advance(to: 10_100 + ListenerLimits.quietTime)
        #expect(detector.takeTelling() == false)
        #expect(detector.nextChange == nil)
    }

    @Test mutating func aBurstThatGatheredCountsAtOnce() {
        detector.count(1024, now: 5)
        #expect(detector.isGuarding)
        #expect(detector.nextChange == 5 + ListenerLimits.guardTime)
    }
}
