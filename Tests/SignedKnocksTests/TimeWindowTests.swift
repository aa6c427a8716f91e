import Base
import Testing

@testable import SignedKnocks

struct TimeWindowTests {
    private let window = TimeWindow(span: 30_000)

    @Test(arguments: [
        (-30_001, false), (-30_000, true), (-1, true), (0, true), (1, true), (30_000, true), (30_001, false),
    ])
    func itsEdgesBelongToIt(distance: Int, isIn: Bool) {
        #expect(window.contains(UInt64(1_000_000 + distance), now: 1_000_000) == isIn)
    }

    @Test(
        arguments: [
            (0, 30_000, true), (0, 30_001, false), (.max, .max, true), (.max, .max - 30_000, true),
            (.max, .max - 30_001, false), (0, .max, false), (.max, 0, false), (.max - 30_000, .max, true),
        ] as [(UInt64, UInt64, Bool)])
    func anyTimestampCanBeAskedFor(timestamp: UInt64, now: UInt64, isIn: Bool) {
        #expect(window.contains(timestamp, now: now) == isIn)
    }

    @Test(
        arguments: [
            (5, 3, 2), (3, 5, -2), (4, 4, 0), (.max, 0, .max), (0, .max, -.max), (.max, .max, 0),
        ] as [(UInt64, UInt64, Milliseconds)])
    func theSkewSaysHowFarATimestampIsAhead(timestamp: UInt64, now: UInt64, skew: Milliseconds) {
        #expect(TimeWindow.skew(of: timestamp, now: now) == skew)
    }

    @Test func noWindowIsNegative() {
        #expect(TimeWindow(span: -5).contains(7, now: 7))
        #expect(!TimeWindow(span: -5).contains(7, now: 8))
    }

    @Test(
        arguments: [
            (0, false), (69_999, false), (70_000, false), (99_999, false), (.max, false),
        ] as [(UInt64, Bool)])
    func nothingIsPastAtTheBeginningOfTime(timestamp: UInt64, isPast: Bool) {
        #expect(window.isPast(timestamp, now: 30_000) == isPast)
    }

    @Test(arguments: [(69_999, true), (70_000, false), (100_000, false), (.max, false)] as [(UInt64, Bool)])
    func whatIsPastLiesBeforeTheWindow(timestamp: UInt64, isPast: Bool) {
        #expect(window.isPast(timestamp, now: 100_000) == isPast)
    }

    @Test(
        arguments: [
            // Epochs are 60 s long: the window touches one or two of them.
            (0, 0...1), (29_999, 0...1), (30_000, 0...2), (89_999, 0...2), (90_000, 0...3), (90_001, 0...3),
            (149_999, 0...3), (150_000, 1...4), (209_999, 1...4), (210_000, 2...5),
        ] as [(UInt64, ClosedRange<UInt64>)])
    func theEpochsAreThoseItTouchesAndOneMoreOnEachSide(now: UInt64, epochs: ClosedRange<UInt64>) {
        #expect(window.epochs(at: now) == epochs)
    }

    @Test(arguments: [5_000, 30_000, 45_000, 300_000] as [Milliseconds])
    func theirEndIsTheFirstMomentWithOthers(span: Milliseconds) {
        let window = TimeWindow(span: span)
        var now: UInt64 = 0
        for _ in 0..<200 {
            let (epochs, end) = (window.epochs(at: now), window.epochsEnd(at: now))
            #expect(end > now)
            #expect(window.epochs(at: end - 1) == epochs)
            now = end
            // Near the beginning of time an epoch that has left may have been the spare one already.
            if now > 2 * UInt64(span) + 120_000 { #expect(window.epochs(at: end) != epochs) }
        }
    }

    @Test(arguments: [.max, .max - 1, .max - 30_000, .max - 30_001, .max - 90_000] as [UInt64])
    func theEndOfTimeIsNoTrap(now: UInt64) {
        #expect(window.epochs(at: now).upperBound >= TimeWindow.epoch(of: now))
        #expect(window.epochsEnd(at: now) > 0)
        #expect(window.end(at: now) >= now)
    }
}
