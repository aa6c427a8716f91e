import Hints
import Packets
import TestSupport
import Testing

@testable import Messages

struct CandidateBatchTests {
    private static func candidate(_ number: Int, isLive: Bool = true, isOnLoopback: Bool = false) throws
        -> CandidateBatch.Candidate
    {
        let bytes = (0..<120).map { UInt8(truncatingIfNeeded: $0 + number) }
        let knock = try #require(
            UnverifiedKnock(
                source: IPAddress(high: UInt64(number), low: 1), isOnLoopback: isOnLoopback, bytes: bytes))
        return CandidateBatch.Candidate(knock: knock, isLive: isLive)
    }

    @Test(arguments: [0, 1, 2, CandidateBatch.most])
    func aBatchSurvivesARoundTrip(count: Int) throws {
        var batch = CandidateBatch()
        for number in 0..<count {
            batch.append(try Self.candidate(number, isLive: number % 2 == 0, isOnLoopback: number % 3 == 0))
        }
        #expect(batch.message.count == CandidateBatch.messageSize)
        #expect(CandidateBatch(batch.message) == batch)
        #expect(batch.isFull == (count == CandidateBatch.most))
    }

    @Test func whatIsCutIsRefused() throws {
        var batch = CandidateBatch()
        batch.append(try Self.candidate(1))
        for length in 0..<(2 + 137) {
            #expect(CandidateBatch(Array(batch.message[..<length])) == nil, "\(length) bytes")
        }
    }

    @Test(arguments: [0, 2, 3, 255] as [UInt8])
    func anotherKindIsRefused(kind: UInt8) {
        var message = CandidateBatch().message
        message[0] = kind
        #expect(CandidateBatch(message) == nil)
    }

    @Test func moreThanFitAreRefused() {
        var message = CandidateBatch().message
        message[1] = UInt8(CandidateBatch.most + 1)
        #expect(CandidateBatch(message) == nil)
    }

    @Test func anUnknownFlagIsRefused() throws {
        var batch = CandidateBatch()
        batch.append(try Self.candidate(1))
        var message = batch.message
        message[2] = 4
        #expect(CandidateBatch(message) == nil)
    }

    @Test func garbageBehindTheContentIsRefused() {
        var message = CandidateBatch().message
        message[CandidateBatch.messageSize - 1] = 1
        #expect(CandidateBatch(message) == nil)
    }

    @Test func noBytesTrapIt() {
        var random = SeededGenerator.announced()
        for _ in 0..<2000 {
            var message = random.bytes(CandidateBatch.messageSize)
            message[0] = 1
            _ = CandidateBatch(message)
            _ = CandidateBatch(Array(message.prefix(Int(message[1]) * 16)))
        }
    }
}
