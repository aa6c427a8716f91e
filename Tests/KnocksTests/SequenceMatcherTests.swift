import Knocks
import Packets
import Testing

struct SequenceMatcherTests {
    // MARK: What fits the next stage advances

    @Test func aSequenceAdvancesStageByStageToItsEnd() {
        let matcher = matcher(door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(7000)) == [stage(1)])
        #expect(matcher.receive(tcp(8000)) == [stage(2)])
        #expect(matcher.receive(tcp(9000)) == [completed()])
    }

    @Test func theSamePortTwiceInASequenceAdvances() {
        let matcher = matcher(door(7000, 7000, 8000))
        #expect(matcher.receive(tcp(7000), tcp(7000), tcp(8000)) == [stage(1), stage(2), completed()])
    }

    @Test func theFirstPortInTheMiddleOfASequenceAdvances() {
        let matcher = matcher(door(7000, 8000, 7000, 9000))
        let outcomes = matcher.receive(tcp(7000), tcp(8000), tcp(7000), tcp(9000))
        #expect(outcomes == [stage(1), stage(2), stage(3), completed()])
    }

    @Test func thirtyTwoKnocksOpen() {
        let ports = (1...32).map(UInt16.init)
        let matcher = matcher(door(knocks: ports.map { Knock(.udp, $0) }))
        let outcomes = ports.flatMap { matcher.receive(udp($0)) }
        #expect(outcomes == (1...31).map { stage($0) } + [completed()])
    }

    @Test func protocolsAreNotMixedUp() {
        let matcher = matcher(door(knocks: [Knock(.tcp, 7000), Knock(.udp, 8000), Knock(.tcp, 9000)]))
        #expect(matcher.receive(udp(7000)) == [])
        #expect(
            matcher.receive(tcp(7000), tcp(8000), udp(8000), udp(9000), tcp(9000)) == [stage(1), stage(2), completed()])
    }

    @Test func aLaterKnockBeginsNothing() {
        let matcher = matcher(door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(8000), tcp(9000)) == [])
        #expect(matcher.attemptCount == 0)
    }

    // MARK: What equals the knock just accepted is ignored

    @Test func aRepeatedKnockIsIgnoredAtEveryStage() {
        let matcher = matcher(door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(7000), tcp(7000), tcp(7000)) == [stage(1)])
        #expect(matcher.receive(tcp(8000), tcp(8000), tcp(8000)) == [stage(2)])
        #expect(matcher.receive(tcp(9000)) == [completed()])
    }

    @Test func aRepeatedKnockIsIgnoredOnceItsDoubleIsUsedUp() {
        let matcher = matcher(door(7000, 7000, 8000))
        #expect(matcher.receive(tcp(7000), tcp(7000), tcp(7000), tcp(8000)) == [stage(1), stage(2), completed()])
    }

    @Test func aRepeatedKnockDoesNotSetTheClockAnew() {
        let matcher = matcher(door(7000, 8000, timeout: 1000))
        #expect(matcher.receive(tcp(7000), at: 0) == [stage(1)])
        #expect(matcher.receive(tcp(7000), at: 500) == [])
        #expect(matcher.expire(at: 999) == [])
        #expect(matcher.expire(at: 1000) == [timedOut(stage: 1)])
    }

    @Test func theLastKnockRepeatedAfterTheEndDoesNothing() {
        let matcher = matcher(door(7000, 8000))
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(8000)) == [stage(1), completed()])
        #expect(matcher.attemptCount == 0)
    }

    // MARK: The first port restarts

    @Test func theFirstPortRestartsAnAttemptThatIsFurtherOn() {
        let matcher = matcher(door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(7000)) == [stage(1), stage(2), stage(1)])
        #expect(matcher.receive(tcp(9000)) == [reset(stage: 1, by: Knock(.tcp, 9000))])
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(9000)) == [stage(1), stage(2), completed()])
    }

    @Test func aRestartNeedsTheWholeSequenceAgain() {
        let matcher = matcher(door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(7000), tcp(8000), tcp(9000)).last == completed())
        #expect(matcher.attemptCount == 0)
    }

    @Test func aRestartSetsTheClockAnew() {
        let matcher = matcher(door(7000, 8000, 9000, timeout: 1000))
        #expect(matcher.receive(tcp(7000), at: 0) == [stage(1)])
        #expect(matcher.receive(tcp(8000), at: 100) == [stage(2)])
        #expect(matcher.receive(tcp(7000), at: 600) == [stage(1)])
        #expect(matcher.expire(at: 1000) == [])
        #expect(matcher.nextExpiry == 1600)
        #expect(matcher.receive(tcp(8000), at: 1599) == [stage(2)])
        #expect(matcher.expire(at: 1600) == [timedOut(stage: 2)])
    }

    // MARK: Any other knock of any door's sequence resets

    @Test func aKnockOutOfOrderResets() {
        let matcher = matcher(door(7000, 8000, 9000))
        let outcomes = matcher.receive(tcp(7000), tcp(9000), tcp(8000), tcp(9000))
        #expect(outcomes == [stage(1), reset(stage: 1, by: Knock(.tcp, 9000))])
        #expect(matcher.attemptCount == 0)
    }

    @Test func anEarlierKnockThatIsNotTheFirstResets() {
        let matcher = matcher(door(7000, 8000, 9000, 10000))
        let outcomes = matcher.receive(tcp(7000), tcp(8000), tcp(9000), tcp(8000))
        #expect(outcomes == [stage(1), stage(2), stage(3), reset(stage: 3, by: Knock(.tcp, 8000))])
        #expect(matcher.attemptCount == 0)
        #expect(matcher.receive(tcp(10000)) == [])
    }

    @Test func aPortOfAnotherDoorResets() {
        let matcher = matcher(door(7000, 8000), door(5000, 6000))
        let outcomes = matcher.receive(tcp(7000), tcp(6000), tcp(8000))
        #expect(outcomes == [stage(1), reset(stage: 1, by: Knock(.tcp, 6000))])
        #expect(matcher.attemptCount == 0)
    }

    @Test func aDatagramForAnotherDoorResets() {
        let matcher = matcher(door(7000, 8000), door(knocks: [Knock(.udp, 53), Knock(.udp, 54)]))
        let outcomes = matcher.receive(tcp(7000), udp(54), tcp(8000))
        #expect(outcomes == [stage(1), reset(stage: 1, by: Knock(.udp, 54))])
    }

    @Test func theFirstPortOfAnotherDoorResetsHereAndBeginsThere() {
        let matcher = matcher(door(7000, 8000), door(5000, 6000))
        let outcomes = matcher.receive(tcp(7000), tcp(5000))
        #expect(outcomes == [stage(1), reset(stage: 1, by: Knock(.tcp, 5000)), stage(1, door: 1)])
        #expect(matcher.attemptCount == 1)
        #expect(matcher.receive(tcp(8000)) == [reset(stage: 1, by: Knock(.tcp, 8000), door: 1)])
        #expect(matcher.receive(tcp(5000), tcp(6000)) == [stage(1, door: 1), completed(door: 1)])
    }

    @Test func aResetIsNoBar() {
        let matcher = matcher(door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(7000), tcp(9000)).count == 2)
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(9000)) == [stage(1), stage(2), completed()])
    }

    @Test(arguments: [22, 7001, 6999, 65535, 0] as [UInt16])
    func portsInNoSequenceAreIgnored(port: UInt16) {
        let matcher = matcher(door(7000, 8000))
        #expect(matcher.receive(tcp(7000), tcp(port), udp(port), udp(7000), tcp(8000)) == [stage(1), completed()])
    }

    // MARK: Several doors

    @Test func doorsWithASharedPrefixAdvanceTogether() {
        let matcher = matcher(door(7000, 8000, 9000), door(7000, 8000, 9500))
        #expect(matcher.receive(tcp(7000)) == [stage(1), stage(1, door: 1)])
        #expect(matcher.receive(tcp(8000)) == [stage(2), stage(2, door: 1)])
        #expect(matcher.receive(tcp(9500)) == [reset(stage: 2, by: Knock(.tcp, 9500)), completed(door: 1)])
        #expect(matcher.attemptCount == 0)
    }

    @Test func identicalDoorsBothOpen() {
        let matcher = matcher(door(7000, 8000), door(7000, 8000))
        #expect(matcher.receive(tcp(7000)) == [stage(1), stage(1, door: 1)])
        #expect(matcher.receive(tcp(8000)) == [completed(), completed(door: 1)])
    }

    @Test func aDoorWhoseSequenceIsTheEndOfAnothersOpensToo() {
        let matcher = matcher(door(7000, 8000, 9000), door(8000, 9000))
        #expect(matcher.receive(tcp(7000)) == [stage(1)])
        #expect(sorted(matcher.receive(tcp(8000))) == sorted([stage(2), stage(1, door: 1)]))
        #expect(sorted(matcher.receive(tcp(9000))) == sorted([completed(), completed(door: 1)]))
    }

    @Test func aDoorThatIsThePrefixOfAnotherOpensOnTheWay() {
        let matcher = matcher(door(7000, 8000), door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(7000)).count == 2)
        #expect(matcher.receive(tcp(8000)) == [completed(), stage(2, door: 1)])
        #expect(matcher.receive(tcp(9000)) == [completed(door: 1)])
    }

    @Test func manyDoorsCanBeginWithTheSameKnock() {
        let many = (0..<40).map { _ in door(7000, 8000, 9000) }
        let matcher = matcher(many, capacity: 16)
        #expect(matcher.receive(tcp(7000)) == (0..<40).map { stage(1, door: $0) })
        #expect(sorted(matcher.receive(tcp(8000))) == sorted((0..<40).map { stage(2, door: $0) }))
        #expect(sorted(matcher.receive(tcp(9000))) == sorted((0..<40).map { completed(door: $0) }))
    }

    @Test func ofManyDoorsThatBeginAlikeEachCanBeTheOne() {
        let many = (0..<9).map { door(7000, 8000 + $0) }
        let matcher = matcher(many, capacity: 16)
        for number in 0..<9 {
            #expect(matcher.receive(tcp(7000)).count == 9)
            let knock = Knock(.tcp, 8000 + UInt16(number))
            let expected = (0..<9).map { $0 == number ? completed(door: $0) : reset(stage: 1, by: knock, door: $0) }
            #expect(sorted(matcher.receive(tcp(knock.port))) == sorted(expected))
            #expect(matcher.attemptCount == 0)
        }
    }

    @Test func aOnePortDoorOpensEveryTime() {
        let matcher = matcher(door(7000))
        #expect(matcher.receive(tcp(7000), tcp(7000), tcp(7000)) == [completed(), completed(), completed()])
        #expect(matcher.attemptCount == 0)
        #expect(matcher.nextExpiry == nil)
    }

    @Test func aOnePortDoorOpensInTheMidstOfAnotherSequence() {
        let matcher = matcher(door(7000, 8000, 9000), door(8000))
        #expect(matcher.receive(tcp(7000)) == [stage(1)])
        #expect(sorted(matcher.receive(tcp(8000))) == sorted([stage(2), completed(door: 1)]))
        #expect(matcher.receive(tcp(9000)) == [completed()])
    }

    @Test func withoutDoorsNothingHappens() {
        let matcher = matcher()
        #expect(matcher.receive(tcp(7000), udp(7000)) == [])
        #expect(matcher.expire(at: 1_000_000) == [])
        #expect(matcher.nextExpiry == nil)
    }

    // MARK: A door does not see every packet

    @Test(arguments: [[], .ack, .rst, [.rst, .ack], .fin] as [TCPFlags])
    func aSegmentWithoutTheFlagsNeitherAdvancesNorResets(flags: TCPFlags) {
        let matcher = matcher(door(7000, 8000, 9000, flags: TCPFlagRule(required: .syn)))
        #expect(matcher.receive(tcp(7000, flags)) == [])
        #expect(matcher.receive(tcp(7000)) == [stage(1)])
        #expect(matcher.receive(tcp(8000, flags), tcp(9000, flags), tcp(7000, flags)) == [])
        #expect(matcher.receive(tcp(8000), tcp(9000)) == [stage(2), completed()])
    }

    @Test func withoutFlagsTheRestOfAConnectionCountsToo() {
        let matcher = matcher(door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(7000, .rst)) == [stage(1), stage(2), stage(1)])
    }

    @Test func aNegatedFlagHidesASegment() {
        let matcher = matcher(door(7000, 8000, flags: TCPFlagRule(forbidden: .ack)))
        #expect(matcher.receive(tcp(7000, .ack)) == [])
        #expect(matcher.receive(tcp(7000, .syn), tcp(8000, [.syn, .ack]), tcp(8000, .fin)) == [stage(1), completed()])
    }

    @Test func flagsDoNotMatterToDatagrams() {
        let knocks = [Knock(.udp, 7000), Knock(.udp, 8000)]
        let matcher = matcher(door(knocks: knocks, flags: TCPFlagRule(required: .fin)))
        #expect(matcher.receive(udp(7000), udp(8000)) == [stage(1), completed()])
    }

    @Test func doorsWithOtherFlagsOnOnePortAreJudgedEachForItself() {
        let matcher = matcher(
            door(7000, 8000, flags: TCPFlagRule(required: .syn, forbidden: .ack)), door(8000, 7000))
        #expect(matcher.receive(tcp(7000)) == [stage(1)])
        // The first door does not see this one; the second begins with it.
        #expect(matcher.receive(tcp(8000, .ack)) == [stage(1, door: 1)])
        // It fits the first and is the second's knock just accepted.
        #expect(matcher.receive(tcp(8000)) == [completed()])
        #expect(matcher.receive(tcp(7000, .ack)) == [completed(door: 1)])
    }

    @Test func aPacketThatNoDoorOfItsKnockSeesResetsNone() {
        let matcher = matcher(door(7000, 8000), door(5000, 6000, flags: TCPFlagRule(required: .syn)))
        #expect(matcher.receive(tcp(7000), tcp(5000, .ack), tcp(6000, .ack), tcp(8000)) == [stage(1), completed()])
    }

    @Test func packetsToOthersAreNotSeen() {
        let matcher = matcher(door(7000, 8000))
        #expect(matcher.receive(tcp(7000, to: "198.18.1.99")) == [])
        #expect(matcher.receive(tcp(7000), tcp(8000, to: "198.18.1.99")) == [stage(1)])
        #expect(matcher.receive(tcp(8000)) == [completed()])
    }

    @Test func knocksAtSeveralOwnAddressesAreOneAttempt() {
        let matcher = matcher(door(7000, 8000))
        #expect(matcher.receive(tcp(7000), tcp(8000, to: "fd00:198:18:1::1")) == [stage(1), completed()])
    }

    @Test func aDoorWithATargetSeesNothingElse() {
        let matcher = matcher(door(7000, 8000, target: "203.0.113.5"), door(7000, 9000))
        #expect(matcher.receive(tcp(7000)) == [stage(1, door: 1)])
        #expect(matcher.receive(tcp(7000, to: "203.0.113.5")) == [stage(1)])
        #expect(matcher.receive(tcp(9000)) == [completed(door: 1)])
        #expect(matcher.receive(tcp(8000, to: "203.0.113.5")) == [completed()])
    }

    // MARK: Several sources

    @Test func sourcesAreIndependent() {
        let (one, two) = (address("198.18.1.2"), address("fd00:198:18:1::2"))
        let matcher = matcher(door(7000, 8000, 9000))
        #expect(matcher.receive(tcp(7000, from: one)) == [stage(1, source: one)])
        #expect(matcher.receive(tcp(7000, from: two)) == [stage(1, source: two)])
        #expect(matcher.receive(tcp(8000, from: one)) == [stage(2, source: one)])
        #expect(matcher.receive(tcp(9000, from: two)) == [reset(stage: 1, by: Knock(.tcp, 9000), source: two)])
        #expect(matcher.receive(tcp(9000, from: one)) == [completed(source: one)])
        #expect(matcher.receive(tcp(8000, from: two)) == [])
    }

    @Test func theEndOfOneAttemptDoesNotTouchOthers() {
        let sources = (0..<50).map(source)
        let matcher = matcher(door(7000, 8000, 9000))
        for source in sources { #expect(matcher.receive(tcp(7000, from: source), tcp(8000, from: source)).count == 2) }
        for source in sources.dropLast().shuffled() {
            #expect(matcher.receive(tcp(9000, from: source)) == [completed(source: source)])
        }
        #expect(matcher.receive(tcp(9000, from: sources[49])) == [completed(source: sources[49])])
        #expect(matcher.attemptCount == 0)
    }

    // MARK: Nothing is left

    @Test func aCompletedSequenceLeavesNothingAndNoCoolDown() {
        let matcher = matcher(door(7000, 8000, 9000))
        for _ in 0..<3 {
            #expect(matcher.receive(tcp(7000), tcp(8000), tcp(9000)).last == completed())
            #expect(matcher.attemptCount == 0)
            #expect(matcher.nextExpiry == nil)
        }
    }

    /// Outcomes of one packet come in no promised order.
    private func sorted(_ outcomes: [SequenceMatcher.Outcome]) -> [String] {
        outcomes.map { "\($0)" }.sorted()
    }
}
