import Base
import Linux
import Messages
import Packets
import Hints
import Testing

@testable import Listener

/// A channel to a Verifier that is only a socket.
private struct Link {
    let ours: RoleChannel
    let theirs: RoleChannel

    init() throws {
        let (one, other) = try RoleChannel.socketPair()
        ours = try RoleChannel(one, messageSize: CandidateBatch.messageSize)
        theirs = try RoleChannel(other, messageSize: CandidateBatch.messageSize)
    }

    var received: [CandidateBatch.Candidate] {
        var all: [CandidateBatch.Candidate] = []
        while case .message(let bytes) = theirs.receive() { all += CandidateBatch(bytes)?.candidates ?? [] }
        return all
    }
}

final class HintGateTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private var gate = HintGate()

    private static func datagram(hint: UInt8, _ rest: UInt8 = 0) -> [UInt8] {
        [UInt8](repeating: 0, count: 7) + [hint] + [UInt8](repeating: rest, count: 112)
    }

    private func take(_ bytes: [UInt8], now: Milliseconds = 0) {
        // Some bytes before it, as in a frame.
        let frame = [1, 2, 3] + bytes
        unsafe gate.handle(frame.span.bytes, 3..<frame.count, from: Self.source, isOnLoopback: false, now: now)
    }

    private func know(_ hints: (UInt64, Int)...) {
        for batch in HintBatch.batches(of: hints.map { (hint: $0.0, generation: $0.1) }) { _ = gate.add(batch) }
    }

    @Test func aDatagramWithALiveHintIsHandedOver() throws {
        let link = try Link()
        know((7, 0))
        take(Self.datagram(hint: 7, 9))
        gate.send(over: link.ours, now: 0)
        let received = link.received
        #expect(received.map(\.isLive) == [true])
        #expect(received[0].knock.bytes == Self.datagram(hint: 7, 9))
        #expect(received[0].knock.source == Self.source)
        #expect(gate.takeCounts(now: .max) == nil)
    }

    @Test func ofOthersTwoASecondAreSamplesAndAllAreCounted() throws {
        let link = try Link()
        know((7, 0))
        for now in 0..<100 { take(Self.datagram(hint: 8), now: Milliseconds(now)) }
        for now in 1000..<1100 { take(Self.datagram(hint: 8), now: Milliseconds(now)) }
        gate.send(over: link.ours, now: 1100)
        #expect(link.received.map(\.isLive) == [false, false, false, false])
        #expect(gate.takeCounts(now: 999) == nil)
        #expect(gate.takeCounts(now: 1100) == SignedPortCounts(noise: 200, overShare: 0))
        #expect(gate.takeCounts(now: 9999) == nil)
    }

    @Test func anotherLengthIsNothing() throws {
        let link = try Link()
        know((0, 0))
        for length in [0, 7, 8, 119, 121, 500] { take([UInt8](repeating: 0, count: length)) }
        gate.send(over: link.ours, now: 0)
        #expect(link.received.isEmpty)
        #expect(gate.takeCounts(now: .max) == nil)
    }

    @Test func junkUnderOneHintLeavesTheShareOfAnother() throws {
        let link = try Link()
        know((7, 0), (8, 1), (9, 0))
        // More than the burst, under both hints of the first generation.
        for number in 0..<5000 { take(Self.datagram(hint: number % 2 == 0 ? 7 : 9)) }
        take(Self.datagram(hint: 8, 5))
        var found: [CandidateBatch.Candidate] = []
        for _ in 0..<100 {
            gate.send(over: link.ours, now: 0)
            found += link.received
        }
        #expect(gate.isWaiting == false)
        #expect(found.count(where: { $0.knock.hint != 8 }) == 464)
        #expect(found.count(where: { $0.knock.hint == 8 }) == 1)
        let counts = gate.takeCounts(now: .max)
        #expect((counts?.overShare ?? 0) + UInt64(found.count) == 5001)
    }

    /// The Listener got no turn for a tenth of a second, and then reads what has come meanwhile.
    @Test func whatWaitedWithinTheRateIsHandedOver() throws {
        let link = try Link()
        know((7, 0))
        var found = 0
        for now: Milliseconds in [0, 100, 200] {
            for number in 1...3000 {
                take(Self.datagram(hint: 7), now: now)
                guard number % 50 == 0 else { continue }
                gate.send(over: link.ours, now: now)
                found += link.received.count
            }
        }
        #expect(found == 9000)
        #expect(gate.takeCounts(now: .max) == nil)
    }

    @Test func newHintsCountOnlyTogether() {
        know((7, 0))
        let parts = HintBatch.batches(of: (0..<500).map { (hint: UInt64(1000 + $0), generation: $0) })
        #expect(gate.add(parts[0]) == false)
        take(Self.datagram(hint: 8))
        #expect(gate.takeCounts(now: .max)?.noise == 1)
        take(Self.datagram(hint: 7))
        #expect(gate.takeCounts(now: .max) == nil)
        #expect(gate.add(parts[1]) == true)
        take(Self.datagram(hint: 7))
        #expect(gate.takeCounts(now: .max)?.noise == 1)
    }

    @Test func thereAreHintsOnceASetIsWhole() {
        #expect(gate.hasHints == false)
        _ = gate.add(HintBatch(isFirst: true, isLast: false, hints: [(7, 0)]))
        #expect(gate.hasHints == false)
        know((8, 0))
        #expect(gate.hasHints == true)
    }

    @Test func aSetThatWasNotSentToItsEndIsForgotten() {
        let half = HintBatch(isFirst: true, isLast: false, hints: [(7, 0)])
        #expect(gate.add(half) == false)
        know((8, 0))
        take(Self.datagram(hint: 7))
        #expect(gate.takeCounts(now: .max)?.noise == 1)
    }

    @Test func aVerifierThatDoesNotReadCostsCandidatesAndNothingElse() throws {
        let link = try Link()
        know((7, 0))
        var now: Milliseconds = 0
        for _ in 0..<20_000 {
            take(Self.datagram(hint: 7), now: now)
            now += 1
            gate.send(over: link.ours, now: now)
        }
        #expect(gate.isWaiting == true)
        #expect((gate.takeCounts(now: .max)?.overShare ?? 0) > 10_000)
    }

    @Test func afterNothingButJunkMoreMayGatherForTenMilliseconds() {
        know((7, 0))
        take(Self.datagram(hint: 8), now: 100)
        gate.endTurn(now: 101)
        #expect(gate.restsUntil == 181)
        gate.endTurn(now: 105)
        #expect(gate.restsUntil == 181)
    }

    @Test func nothingGathersWhereALiveHintHasCome() {
        know((7, 0))
        take(Self.datagram(hint: 8), now: 100)
        take(Self.datagram(hint: 7), now: 100)
        take(Self.datagram(hint: 8), now: 100)
        gate.endTurn(now: 101)
        #expect(gate.restsUntil <= 101)
    }

    @Test(arguments: [(50, 40), (200, 10), (1024, 2), (2048, 1), (10_000, 0)])
    func noMoreJunkGathersThanTheRingHasRoomFor(inTwoMilliseconds count: Int, rest: Milliseconds) {
        know((7, 0))
        take(Self.datagram(hint: 8), now: 100)
        gate.endTurn(now: 100)
        for number in 1...count {
            take(Self.datagram(hint: 8), now: 102)
            if number % 256 == 0 { gate.endTurn(now: 102) }
        }
        take(Self.datagram(hint: 8), now: 102)
        gate.endTurn(now: 102)
        #expect(abs(gate.restsUntil - 102 - rest) <= 1)
    }

    @Test func theRestEndsWhenTheCapturesAreLookedAt() throws {
        let link = try Link()
        know((7, 0))
        take(Self.datagram(hint: 8), now: 100)
        gate.endTurn(now: 101)
        #expect(gate.restsUntil > 101)
        gate.beginTurn()
        #expect(gate.restsUntil == 0)
        take(Self.datagram(hint: 7), now: 102)
        gate.send(over: link.ours, now: 102)
        #expect(link.received.contains { $0.isLive })
    }

    @Test func nothingGathersWhileMoreWaits() {
        know((7, 0))
        for _ in 0..<256 { take(Self.datagram(hint: 8), now: 100) }
        gate.endTurn(now: 101)
        #expect(gate.restsUntil <= 101)
    }

    private func sendJunk(_ count: Int, now: Milliseconds) {
        for _ in 0..<count { take(Self.datagram(hint: 200), now: now) }
        gate.endTurn(now: now)
    }

    @Test func whileJunkComesFastTheKernelIsToKnowTheLiveHints() {
        know((7, 0), (8, 1))
        sendJunk(499, now: 0)
        #expect(gate.followFloods(now: 0) == nil)
        #expect(gate.kernelRules.only == nil)
        sendJunk(1, now: 1)
        #expect(gate.followFloods(now: 1) == true)
        #expect(gate.kernelRules.only == [7, 8])
        // Those of the next epoch follow.
        know((9, 0))
        #expect(gate.kernelRules.only == [9])
        #expect(gate.followFloods(now: 10_001) == nil)
        #expect(gate.kernelRules.only == nil)
        #expect(gate.followFloods(now: 10_501) == false)
    }

    @Test func ofMoreHintsThanTheFilterHoldsItLearnsNone() {
        let hints = (0..<257).map { (hint: UInt64($0) << 40, generation: $0) }
        for batch in HintBatch.batches(of: hints) { _ = gate.add(batch) }
        sendJunk(5000, now: 0)
        #expect(gate.followFloods(now: 0) == true, "it is told all the same")
        #expect(gate.kernelRules.only == nil)
    }

    @Test func junkWithALiveHintIsNoJunkToTheKernel() {
        know((7, 0))
        for _ in 0..<5000 { take(Self.datagram(hint: 7)) }
        gate.endTurn(now: 0)
        #expect(gate.followFloods(now: 0) == nil)
        #expect(gate.kernelRules.only == nil)
    }

    @Test func ofFarTooManyUnderOneHintTheKernelPassesSome() {
        know((7, 0), (9, 0), (8, 1))
        for _ in 0..<20_000 { take(Self.datagram(hint: 7), now: 50) }
        take(Self.datagram(hint: 8), now: 50)
        #expect(gate.followFloods(now: 50) == nil)
        // All hints of the generation, and no other.
        #expect(Set(gate.kernelRules.thinned.keys) == [7, 9])
        #expect(gate.kernelRules.only == nil)
        // The hints of the next epoch too.
        know((10, 0), (11, 1))
        #expect(Set(gate.kernelRules.thinned.keys) == [10])
        for now: Milliseconds in 51..<5000 { _ = gate.followFloods(now: now) }
        #expect(gate.kernelRules == HintRules())
        #expect(gate.nextLook == nil)
    }
}
