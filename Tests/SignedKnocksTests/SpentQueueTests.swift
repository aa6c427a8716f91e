import TestSupport
import Testing

@testable import SignedKnocks

struct SpentQueueTests {
    @Test func itGivesBackInTheOrderOfTimestampsThenNonces() {
        var random = SeededGenerator.announced()
        var queue = SpentQueue()
        var kept: [SpentKnock] = []
        for nonce in 0..<2000 as Range<UInt64> {
            let knock = Sample.knock(nonce, at: UInt64.random(in: 0..<300, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                kept.sort(by: SpentQueue.precedes)
                #expect(queue.popFirst() == (kept.isEmpty ? nil : kept.removeFirst()))
            case 1:
                kept.append(knock)
                kept.sort(by: SpentQueue.precedes)
                #expect(queue.exchangeFirst(knock) == kept.removeFirst())
            default:
                kept.append(knock)
                queue.insert(knock)
            }
            kept.sort(by: SpentQueue.precedes)
            #expect(queue.first == kept.first)
            #expect(queue.second == kept.dropFirst().first)
            #expect(queue.count == kept.count)
        }
        #expect(queue.all.sorted(by: SpentQueue.precedes) == kept)
    }
}
