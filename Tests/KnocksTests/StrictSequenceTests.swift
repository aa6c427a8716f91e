import Knocks
import Packets
import Testing

/// What `strict_sequence` adds to the rules of SequenceMatcherTests.
struct StrictSequenceTests {
    private let strict = door(7000, 8000, 9000, isStrict: true)

    @Test func aSequenceOpensWhereNothingElseComes() {
        let matcher = matcher(strict)
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(9000)) == [stage(1), stage(2), completed()])
    }

    private static let strays = [tcp(22), tcp(7001), udp(53), udp(7000), udp(8000), tcp(0)]

    @Test(arguments: strays)
    func anyOtherInitialSYNOrDatagramIsAWrongPacket(packet: Packet) {
        let matcher = matcher(strict)
        let wrong = (0..<17).map { _ in packet }
        #expect(matcher.receive(tcp(7000)) == [stage(1)])
        #expect(matcher.receive(wrong) == [reset(stage: 1, by: Knock(packet))])
        #expect(matcher.receive(tcp(8000), tcp(9000)) == [])
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(9000)).last == completed())
    }

    @Test(arguments: strays)
    func aDoorOfTwoKnocksToleratesNone(packet: Packet) {
        let matcher = matcher(door(7000, 9000, isStrict: true))
        #expect(matcher.receive(tcp(7000), packet) == [stage(1), reset(stage: 1, by: Knock(packet))])
        #expect(matcher.receive(tcp(9000)) == [])
    }

    @Test func sixteenWrongPacketsBetweenTwoKnocksAreTolerated() {
        let matcher = matcher(strict)
        let wrong = (0..<16).map { tcp(UInt16(100 + $0)) }
        #expect(matcher.receive([tcp(7000)] + wrong + [tcp(8000)] + wrong) == [stage(1), stage(2)])
        #expect(matcher.receive(tcp(9000)) == [completed()])
        #expect(
            matcher.receive([tcp(7000)] + wrong + [tcp(8000)] + wrong + [tcp(1)])
                == [stage(1), stage(2), reset(stage: 2, by: Knock(.tcp, 1))])
        #expect(matcher.receive(tcp(9000)) == [])
    }

    /// Somebody who knows the ports of the doors, but not their order, sends them in the owner's name.
    @Test func knocksOfOtherDoorsAndOutOfOrderAreWrongPacketsToo() {
        let matcher = matcher(strict, door(5000, 6000))
        #expect(
            matcher.receive(tcp(7000), tcp(9000), tcp(5000), tcp(8000), tcp(6000), tcp(9000))
                == [
                    stage(1), stage(1, door: 1), stage(2), reset(stage: 1, by: Knock(.tcp, 8000), door: 1), completed(),
                ])
    }

    /// A first knock in the owner's name, before his own or after it, ends nothing.
    @Test func aFirstKnockBeginsAnAttemptBesideTheOthers() {
        let matcher = matcher(strict)
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(7000)) == [stage(1), stage(2), stage(1)])
        #expect(matcher.attemptCount == 2)
        #expect(matcher.receive(tcp(9000)) == [completed()])
        #expect(matcher.attemptCount == 0)
    }

    @Test func theOwnersFirstKnockCountsAfterAnothersInHisName() {
        let matcher = matcher(strict)
        let wrong = (0..<10).map { tcp(UInt16(100 + $0)) }
        #expect(matcher.receive([tcp(7000)] + wrong + [tcp(7000)] + wrong + [tcp(8000)]) == [stage(1), stage(2)])
        #expect(matcher.receive([tcp(8000)] + wrong + [tcp(8000)] + wrong + [tcp(9000)]) == [completed()])
    }

    @Test func theTimeOfAnAttemptBeginsWithItsOwnFirstKnock() {
        let matcher = matcher(door(7000, 8000, 9000, timeout: 1000, isStrict: true))
        #expect(matcher.receive(tcp(7000), at: 0) == [stage(1)])
        #expect(matcher.receive(tcp(8000), at: 500) == [stage(2)])
        #expect(matcher.receive(tcp(7000), at: 600) == [stage(1)])
        #expect(matcher.receive(tcp(9000), at: 1000) == [timedOut(stage: 2)])
        #expect(matcher.receive(tcp(8000), tcp(9000), at: 1599) == [stage(2), completed()])
    }

    @Test func aSequenceThatRepeatsItsKnocksOpens() {
        for ports in [[7, 7, 7, 8], [7, 7, 8, 7], [7, 8, 7, 9], [7, 8, 7, 8, 7], [7, 7, 7]] as [[UInt16]] {
            let matcher = matcher(door(knocks: ports.map { Knock(.tcp, $0) }, isStrict: true))
            for _ in 0..<2 { #expect(matcher.receive(ports.map { tcp($0) }).contains(completed()), "\(ports)") }
            #expect(matcher.attemptCount == 0)
        }
    }

    @Test(arguments: [.ack, .rst, .fin, [.syn, .ack], [.syn, .rst], [.syn, .fin], [], [.psh, .ack]] as [TCPFlags])
    func whatBelongsToAConnectionDoesNot(flags: TCPFlags) {
        let matcher = matcher(door(7000, 8000, flags: TCPFlagRule(required: .syn), isStrict: true))
        #expect(matcher.receive(tcp(7000), tcp(22, flags), tcp(8000)) == [stage(1), completed()])
    }

    /// As nmap sends them with -sA, -sF, -sN, -sX and --scanflags: none of them is a wrong packet at another port.
    @Test(
        arguments: [.ack, .fin, [], [.fin, .psh, .urg], [.syn, .fin], [.syn, .ack], [.syn, .rst]] as [TCPFlags],
        [TCPFlagRule(), TCPFlagRule(required: .syn), TCPFlagRule(forbidden: .psh)])
    func aScanOfOtherSegmentsOpensNoStrictDoor(flags: TCPFlags, rule: TCPFlagRule) {
        let matcher = matcher(door(7000, 8000, 9000, flags: rule, isStrict: true))
        #expect((1...10_000).flatMap { matcher.receive(tcp(UInt16($0), flags)) } == [])
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(9000)).last == completed())
    }

    @Test func aSequenceWithRivalsToleratesSixWrongPackets() {
        let knocks = [7000, 8000, 9000].map { Knock(.tcp, $0) }
        let matcher = matcher(door(knocks: knocks, isStrict: true, hasRivals: true))
        let wrong = (0..<6).map { tcp(UInt16(100 + $0)) }
        #expect(matcher.receive([tcp(7000)] + wrong + [tcp(8000)] + wrong + [tcp(9000)]).last == completed())
        #expect(
            matcher.receive([tcp(7000)] + wrong + [tcp(1)]) == [stage(1), reset(stage: 1, by: Knock(.tcp, 1))])
    }

    @Test(arguments: [.syn, [.syn, .psh], [.syn, .urg]] as [TCPFlags])
    func furtherFlagsDoNotHideAnInitialSYN(flags: TCPFlags) {
        let matcher = matcher(door(7000, 9000, isStrict: true))
        #expect(matcher.receive(tcp(7000), tcp(22, flags)).last == reset(stage: 1, by: Knock(.tcp, 22)))
    }

    @Test func aRepeatIsIgnoredAndTheFirstKnockRestarts() {
        let matcher = matcher(strict)
        #expect(matcher.receive(tcp(7000), tcp(7000), tcp(8000), tcp(8000)) == [stage(1), stage(2)])
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(9000)) == [stage(1), stage(2), completed()])
    }

    @Test func aPortScanInOrderOpensAnOrdinaryDoorAndNoStrictOne() {
        let matcher = matcher(strict, door(7000, 8000, 9000))
        let outcomes = (6990...9010).flatMap { matcher.receive(tcp(UInt16($0))) }
        #expect(
            outcomes == [
                stage(1), stage(1, door: 1), reset(stage: 1, by: Knock(.tcp, 7017)), stage(2, door: 1),
                completed(door: 1),
            ])
    }

    @Test func onlyTheFirstPortMakesAnAttempt() {
        let matcher = matcher(strict)
        #expect(matcher.receive(tcp(22), tcp(8000), udp(53), tcp(9000)) == [])
        #expect(matcher.attemptCount == 0)
        #expect(matcher.nextExpiry == nil)
    }

    @Test func anInitialSYNThatTheFlagsDoNotAdmitIsAnother() {
        let matcher = matcher(door(7000, 8000, flags: TCPFlagRule(required: .fin), isStrict: true))
        #expect(matcher.receive(tcp(7000), tcp(8000)) == [])
        #expect(matcher.receive(tcp(7000, .fin), tcp(8000, .fin)) == [stage(1), completed()])
        for port in [7000, 8000] as [UInt16] {
            let outcomes = matcher.receive(tcp(7000, .fin), tcp(port), tcp(8000, .fin))
            #expect(outcomes == [stage(1), reset(stage: 1, by: Knock(.tcp, port))])
        }
    }

    @Test func theHostsAddressesAndTheTargetCountAndNoOthers() {
        let matcher = matcher(door(7000, 8000, target: "203.0.113.5", isStrict: true))
        let first = tcp(7000, to: "203.0.113.5")
        for host in [server, "fd00:198:18:1::1", "203.0.113.5"] {
            #expect(matcher.receive(first, tcp(22, to: host)) == [stage(1), reset(stage: 1, by: Knock(.tcp, 22))])
        }
        #expect(matcher.receive(first, tcp(8000)) == [stage(1), reset(stage: 1, by: Knock(.tcp, 8000))])
        #expect(matcher.receive(first, tcp(22, to: "203.0.113.6")) == [stage(1)])
        #expect(matcher.receive(tcp(8000, to: "203.0.113.5")) == [completed()])
    }

    @Test func packetsOfAnotherVLANAreForNobody() {
        let matcher = matcher(door(7000, 8000, isStrict: true, vlan: 5), door(7000, 8000, isStrict: true))
        #expect(matcher.receive(tagged(5, tcp(7000)), tcp(22), tagged(6, tcp(22))) == [stage(1)])
        #expect(matcher.receive(tcp(7000), tagged(6, tcp(22))) == [stage(1, door: 1)])
        #expect(matcher.receive(tagged(5, tcp(22))) == [reset(stage: 1, by: Knock(.tcp, 22))])
        #expect(matcher.receive(tcp(22)) == [reset(stage: 1, by: Knock(.tcp, 22), door: 1)])
    }

    @Test func anotherSourcesPacketsDoNotReset() {
        let matcher = matcher(strict)
        let others = (0..<100).map { tcp(UInt16($0), from: source(1)) }
        #expect(matcher.receive([tcp(7000)] + others + [tcp(8000)] + others + [tcp(9000)]).last == completed())
    }

    @Test func ordinaryDoorsAreAsTheyWere() {
        let matcher = matcher(strict, door(5000, 6000))
        #expect(matcher.receive(tcp(5000), tcp(22), udp(53), tcp(6000)) == [stage(1, door: 1), completed(door: 1)])
    }

    @Test func aPacketThatBelongsToNoSequenceEndsWhatIsOver() {
        let matcher = matcher(door(7000, 8000, timeout: 1000, isStrict: true))
        #expect(matcher.receive(tcp(7000), at: 0) == [stage(1)])
        #expect(matcher.receive(tcp(22), at: 1000) == [timedOut(stage: 1)])
    }
}

struct VLANTests {
    @Test func aDoorSeesItsOwnVLANAlone() {
        let matcher = matcher(door(7000, 8000), door(7000, 8000, vlan: 5))
        #expect(matcher.receive(tcp(7000)) == [stage(1)])
        #expect(matcher.receive(tagged(5, tcp(7000))) == [stage(1, door: 1)])
        #expect(matcher.receive(tagged(6, tcp(7000)), tagged(6, tcp(8000))) == [])
        #expect(matcher.receive(tagged(5, tcp(8000))) == [completed(door: 1)])
        #expect(matcher.receive(tcp(8000)) == [completed()])
    }

    @Test func aKnockOutOfOrderInAnotherVLANDoesNotReset() {
        let matcher = matcher(door(7000, 8000, 9000), door(7000, 8000, 9000, vlan: 5))
        #expect(matcher.receive(tcp(7000), tagged(5, tcp(9000)), tcp(8000)) == [stage(1), stage(2)])
    }
}
