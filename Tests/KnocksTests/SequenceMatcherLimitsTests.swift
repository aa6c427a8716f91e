import Base
import Knocks
import Packets
import Testing

/// What a flood of spoofed sources can do, and what it cannot.
struct SequenceMatcherLimitsTests {
    #if DEBUG
        private static let flood = 25_000
    #else
        private static let flood = 1_000_000
    #endif

    @Test func aFloodOfFirstKnocksKeepsTheTableAtItsSizeAndTheFurtherAttempts() {
        let matcher = matcher(door(7000, 8000, 9000), capacity: 1024)
        for number in 0..<8 {
            #expect(matcher.receive(tcp(7000, from: source(number)), tcp(8000, from: source(number))).count == 2)
        }
        var most = 0
        for number in 8..<Self.flood {
            matcher.receive(tcp(7000, from: source(number)), at: 1)
            most = max(most, matcher.attemptCount)
        }
        #expect(most <= 1024)
        #expect(most > 900)
        for number in 0..<8 {
            #expect(matcher.receive(tcp(9000, from: source(number)), at: 2) == [completed(source: source(number))])
        }
    }

    @Test func afterAFloodTheTableIsAsItWas() {
        let matcher = matcher(door(7000, 8000, timeout: 1000), capacity: 256)
        for number in 0..<2_000 {
            matcher.receive(tcp(7000, from: source(number)), at: Milliseconds(number / 10))
        }
        let held = matcher.attemptCount
        #expect(held <= 256)
        #expect(matcher.expire(at: 2000).count == held)
        #expect(matcher.attemptCount == 0)
        #expect(matcher.nextExpiry == nil)
        #expect(matcher.receive(tcp(7000), tcp(8000), at: 2000) == [stage(1), completed()])
    }

    @Test func theOldestFirstKnockIsPushedOutFirst() {
        let matcher = matcher(door(7000, 8000), capacity: 16)
        for number in 0..<16 { matcher.receive(tcp(7000, from: source(number)), at: Milliseconds(number)) }
        #expect(matcher.receive(tcp(7000, from: source(16)), at: 20) == [stage(1, source: source(16))])
        #expect(matcher.receive(tcp(7000, from: source(17)), at: 21) == [stage(1, source: source(17))])
        #expect(matcher.attemptCount == 16)
        let opened = (0..<18).filter { !matcher.receive(tcp(8000, from: source($0)), at: 30).isEmpty }
        #expect(opened == Array(2..<18))
    }

    @Test func aRestartMakesAFirstKnockYoung() {
        let matcher = matcher(door(7000, 8000, 9000), capacity: 16)
        for number in 0..<16 { matcher.receive(tcp(7000, from: source(number)), at: Milliseconds(number)) }
        matcher.receive(tcp(8000, from: source(0)), at: 20)
        #expect(matcher.receive(tcp(7000, from: source(0)), at: 21) == [stage(1, source: source(0))])
        matcher.receive(tcp(7000, from: source(16)), at: 22)
        #expect(matcher.receive(tcp(8000, from: source(1)), at: 23) == [])
        #expect(matcher.receive(tcp(8000, from: source(0)), at: 23) == [stage(2, source: source(0))])
    }

    /// Whoever knows one door's sequence can make attempts at any stage of it.
    @Test(arguments: [1, 2, 3], [17, 5_000])
    func aFloodOfAttemptsAtOneDoorPushesOutItsOwn(stages: Int, sources: Int) {
        let flooded = door(1000, 2000, 3000, 4000)
        let matcher = matcher(flooded, door(7000, 8000, 9000), capacity: 16)
        func flood(_ numbers: Range<Int>, at now: Milliseconds) {
            for number in numbers {
                for knock in 1...stages { matcher.receive(tcp(UInt16(1000 * knock), from: source(number)), at: now) }
            }
        }
        flood(0..<sources, at: 0)
        #expect(matcher.receive(tcp(7000), at: 1) == [stage(1, door: 1)])
        flood(sources..<2 * sources, at: 2)
        #expect(matcher.receive(tcp(8000), at: 3) == [stage(2, door: 1)])
        flood(2 * sources..<3 * sources, at: 4)
        #expect(matcher.receive(tcp(9000), at: 5) == [completed(door: 1)])
        #expect(matcher.attemptCount <= 16)
    }

    /// The youngest attempts at the flooded door are there: so is its owner's, for some time.
    @Test func anOwnerOfTheFloodedDoorHasTheTimeThatASetTakesToBeFilled() {
        let matcher = matcher(door(1000, 2000, 3000), capacity: 16)
        for number in 0..<100 {
            matcher.receive(tcp(1000, from: source(number)), tcp(2000, from: source(number)), at: 0)
        }
        matcher.receive(tcp(1000), tcp(2000), at: 1)
        for number in 100..<110 {
            matcher.receive(tcp(1000, from: source(number)), tcp(2000, from: source(number)), at: 2)
        }
        #expect(matcher.receive(tcp(3000), at: 3) == [completed()])
    }

    /// Somebody who sends first knocks of all doors cannot push out what is further on, nor has one door more than
    /// another.
    @Test func aFloodAtManyDoorsLeavesEachItsShare() {
        let matcher = matcher((0..<4).map { door(1000 + $0, 2000 + $0, 3000 + $0) }, capacity: 16)
        matcher.receive(tcp(1000), tcp(2000), at: 0)
        for number in 0..<4_000 {
            matcher.receive(tcp(UInt16(1000 + number % 4), from: source(number)), at: Milliseconds(1 + number / 100))
        }
        #expect(matcher.receive(tcp(3000), at: 100) == [completed()])
    }

    @Test func aFullTableDoesNotKeepOnePortDoorsShut() {
        let matcher = matcher(door(7000, 8000, 9000), door(5000), capacity: 16)
        for number in 0..<16 {
            matcher.receive(tcp(7000, from: source(number)), tcp(8000, from: source(number)))
        }
        #expect(matcher.receive(tcp(5000)) == [completed(door: 1)])
    }

    @Test func whatIsOverMakesRoomBeforeANewKnockIsJudged() {
        let matcher = matcher(door(7000, 8000, 9000, timeout: 1000), capacity: 16)
        for number in 0..<16 {
            matcher.receive(tcp(7000, from: source(number)), tcp(8000, from: source(number)))
        }
        let outcomes = matcher.receive(tcp(7000), at: 1000)
        #expect(outcomes == (0..<16).map { timedOut(stage: 2, source: source($0)) } + [stage(1)])
    }

    @Test func twoSourcesThatShareASetCanBothBeginManyDoors() {
        let many = (0..<40).map { _ in door(7000, 8000) }
        let matcher = matcher(many, capacity: 16)
        #expect(matcher.receive(tcp(7000, from: source(1)), tcp(7000, from: source(2))).count == 80)
        #expect(matcher.attemptCount == 80)
        #expect(matcher.receive(tcp(8000, from: source(1))).count == 40)
        #expect(matcher.receive(tcp(8000, from: source(2))).count == 40)
    }

    @Test func aKnockAdvancesItsSourcesAttemptBeforeItPushesOneOut() {
        // The last knock of the first door is the first of the second; a flood has filled the table meanwhile.
        let matcher = matcher(door(7000, 8000), door(8000, 9000), capacity: 16)
        #expect(matcher.receive(tcp(7000), at: 0) == [stage(1)])
        for number in 0..<15 { matcher.receive(tcp(7000, from: source(number)), at: 1) }
        #expect(matcher.receive(tcp(8000), at: 2).contains(completed()))
    }
}
