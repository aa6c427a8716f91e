import TestSupport
import Testing

@testable import Messages

struct HintBatchTests {
    private static func hints(_ count: Int) -> [(hint: UInt64, generation: Int)] {
        (0..<count).map { (UInt64($0) << 40 | 0xFF, $0) }
    }

    @Test(arguments: [(0, 1), (1, 1), (340, 1), (341, 2), (1000, 3)])
    func manyHintsAreSeveralMessagesOfOneSet(count: Int, messages: Int) throws {
        let batches = HintBatch.batches(of: Self.hints(count))
        #expect(batches.count == messages)
        #expect(batches.map(\.isFirst) == (0..<messages).map { $0 == 0 })
        #expect(batches.map(\.isLast) == (0..<messages).map { $0 == messages - 1 })
        let read = batches.compactMap { HintBatch($0.message) }
        #expect(read == batches)
        #expect(read.flatMap(\.hints).map(\.hint) == Self.hints(count).map(\.hint))
    }

    @Test func oneMessageHoldsNoMoreThanItSays() {
        #expect(HintBatch.most == 340)
    }

    @Test(arguments: [
        (0, 3), (0, 1), (1, 2), (2, 2), (3, 2),  // kind, flags, count
    ])
    func whatCannotBeIsRefused(offset: Int, byte: UInt8) {
        var message = HintBatch(isFirst: true, isLast: true, hints: []).message
        message[offset] = byte
        #expect(HintBatch(message) == nil)
    }

    @Test func aGenerationBeyondAllIsRefused() {
        let most = Int(MessagesLimits.hintGenerations)
        #expect(HintBatch(HintBatch(isFirst: true, isLast: true, hints: [(1, most - 1)]).message) != nil)
        #expect(HintBatch(HintBatch(isFirst: true, isLast: true, hints: [(1, most)]).message) == nil)
    }

    @Test func noBytesTrapIt() {
        var random = SeededGenerator.announced()
        for _ in 0..<2000 {
            var message = random.bytes(CandidateBatch.messageSize)
            message.replaceSubrange(0..<4, with: [2, 0, 1, message[3] & 1])
            _ = HintBatch(message)
        }
    }
}
