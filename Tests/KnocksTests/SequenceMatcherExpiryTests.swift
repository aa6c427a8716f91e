import Base
import Knocks
import Packets
import Testing

struct SequenceMatcherExpiryTests {
    @Test func aMillisecondBeforeItsTimeAnAttemptIsGood() {
        let matcher = matcher(door(7000, 8000, timeout: 5000))
        #expect(matcher.receive(tcp(7000), at: 100) == [stage(1)])
        #expect(matcher.receive(tcp(8000), at: 5099) == [completed()])
    }

    @Test func atItsTimeAnAttemptIsOverAndDoesNotOpen() {
        let matcher = matcher(door(7000, 8000, timeout: 5000))
        #expect(matcher.receive(tcp(7000), at: 100) == [stage(1)])
        #expect(matcher.receive(tcp(8000), at: 5100) == [timedOut(stage: 1)])
        #expect(matcher.attemptCount == 0)
    }

    @Test func theTimeRunsFromTheFirstKnockNotBetweenKnocks() {
        let matcher = matcher(door(7000, 8000, 9000, timeout: 5000))
        #expect(matcher.receive(tcp(7000), at: 0) == [stage(1)])
        #expect(matcher.receive(tcp(8000), at: 4000) == [stage(2)])
        #expect(matcher.receive(tcp(9000), at: 5000) == [timedOut(stage: 2)])
    }

    @Test func anAttemptThatIsOverCanBeginAgainWithTheSamePacket() {
        let matcher = matcher(door(7000, 8000, timeout: 5000))
        #expect(matcher.receive(tcp(7000), at: 0) == [stage(1)])
        #expect(matcher.receive(tcp(7000), at: 5000) == [timedOut(stage: 1), stage(1)])
        #expect(matcher.receive(tcp(8000), at: 9999) == [completed()])
    }

    @Test func anotherSourcesPacketAlsoEndsWhatIsOver() {
        let matcher = matcher(door(7000, 8000, timeout: 5000))
        #expect(matcher.receive(tcp(7000), at: 0) == [stage(1)])
        #expect(
            matcher.receive(tcp(7000, from: source(1)), at: 6000)
                == [timedOut(stage: 1), stage(1, source: source(1))])
    }

    @Test func withNoTimeSequencesNeverOpenAndOnePortDoorsDo() {
        let matcher = matcher(door(7000, 8000, timeout: 0), door(5000, timeout: 0))
        #expect(matcher.receive(tcp(7000), tcp(8000)) == [stage(1), timedOut(stage: 1)])
        #expect(matcher.receive(tcp(5000), tcp(5000)) == [completed(door: 1), completed(door: 1)])
        #expect(matcher.attemptCount == 0)
    }

    @Test func theLongestTimeDoesNotOverflow() {
        let longest = Milliseconds(Int32.max) * 1000
        let matcher = matcher(door(7000, 8000, timeout: longest))
        let now = Milliseconds(1) << 50
        #expect(matcher.receive(tcp(7000), at: now) == [stage(1)])
        #expect(matcher.nextExpiry == now + longest)
        #expect(matcher.receive(tcp(8000), at: now + longest - 1) == [completed()])
    }

    @Test func attemptsAtOneDoorExpireInTheOrderTheyBegan() {
        let matcher = matcher(door(7000, 8000, 9000, timeout: 1000))
        for number in 0..<30 { matcher.receive(tcp(7000, from: source(number)), at: Milliseconds(number)) }
        // Neither a further stage nor the end of a neighbour changes the order.
        matcher.receive(tcp(8000, from: source(3)), at: 40)
        matcher.receive(tcp(9000, from: source(7)), at: 50)
        #expect(matcher.expire(at: 999) == [])
        #expect(matcher.expire(at: 1004).map(\.source) == (0...4).map(source))
        #expect(matcher.expire(at: 5000).map(\.source) == (5..<30).filter { $0 != 7 }.map(source))
        #expect(matcher.attemptCount == 0)
    }

    @Test func theStageThatAnAttemptHadComeToIsTold() {
        let matcher = matcher(door(7000, 8000, 9000, 10000, timeout: 1000))
        matcher.receive(tcp(7000), tcp(8000), tcp(9000))
        #expect(matcher.expire(at: 1000) == [timedOut(stage: 3)])
    }

    @Test func eachDoorHasItsOwnTime() {
        let matcher = matcher(door(7000, 8000, timeout: 3000), door(7000, 9000, timeout: 1000))
        #expect(matcher.receive(tcp(7000), at: 10).count == 2)
        #expect(matcher.nextExpiry == 1010)
        #expect(matcher.expire(at: 1010) == [timedOut(stage: 1, door: 1)])
        #expect(matcher.nextExpiry == 3010)
        #expect(matcher.receive(tcp(8000), at: 3009) == [completed()])
        #expect(matcher.nextExpiry == nil)
    }

    @Test func theNextExpiryNeverComesTooLate() {
        let matcher = matcher(door(7000, 8000, timeout: 1000), door(5000, 6000, timeout: 400))
        #expect(matcher.nextExpiry == nil)
        matcher.receive(tcp(7000, from: source(1)), at: 0)
        #expect(matcher.nextExpiry == 1000)
        matcher.receive(tcp(5000, from: source(2)), at: 100)
        #expect(matcher.nextExpiry == 500)
        matcher.receive(tcp(6000, from: source(2)), at: 200)
        #expect((201...1000).contains(matcher.nextExpiry ?? 0))
        #expect(matcher.expire(at: 500) == [])
        #expect(matcher.nextExpiry == 1000)
    }

    @Test func aTimerSetByTheNextExpiryEndsEachAttemptOnTime() {
        let timeouts: [Milliseconds] = [300, 1000, 70]
        let matcher = matcher(
            door(7000, 8000, timeout: timeouts[0]), door(7100, 8000, timeout: timeouts[1]),
            door(7200, 8000, timeout: timeouts[2]))
        for number in 0..<60 {
            let packet = tcp(7000 + 100 * UInt16(number % 3), from: source(number))
            #expect(matcher.receive(packet, at: 0).count == 1)
        }
        var ended: [Milliseconds] = []
        var rounds = 0
        while let next = matcher.nextExpiry, rounds < 100 {
            rounds += 1
            for outcome in matcher.expire(at: next) {
                guard case .timedOut(_, let door, _) = outcome else { continue }
                #expect(next == timeouts[door])
                ended.append(next)
            }
        }
        #expect(ended.count == 60)
        #expect(rounds <= 3)
    }

    @Test func unknownPortsEndNothing() {
        let matcher = matcher(door(7000, 8000, timeout: 1000))
        matcher.receive(tcp(7000), at: 0)
        #expect(matcher.receive(tcp(22), at: 5000) == [])
        #expect(matcher.expire(at: 5000) == [timedOut(stage: 1)])
    }
}

extension SequenceMatcher.Outcome {
    fileprivate var source: IPAddress {
        switch self {
        case .stage(_, _, let source), .completed(_, let source), .timedOut(_, _, let source),
            .reset(_, _, _, let source):
            source
        }
    }
}
