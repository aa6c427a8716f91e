import Hints
import Testing

@testable import SignedKnocks

struct SpentKnockTests {
    private func knock(_ timestamp: UInt64, _ nonce: Nonce) -> SpentKnock {
        let knock = Sample.knock(0, at: timestamp)
        return SpentKnock(
            generation: knock.generation, nonce: nonce, timestamp: timestamp, door: knock.door, address: knock.address,
            operation: knock.operation)
    }

    @Test func theOrderIsThatOfTimestampsThenNonces() {
        let ordered = [
            knock(1, Nonce(high: 9, low: 9)), knock(2, Nonce(high: 1, low: 9)), knock(2, Nonce(high: 2, low: 0)),
            knock(2, Nonce(high: 2, low: 1)), knock(.max, Nonce(high: 0, low: 0)),
        ]
        for (place, knock) in ordered.enumerated() {
            for (otherPlace, other) in ordered.enumerated() {
                #expect(knock.precedes(other) == (place < otherPlace))
            }
        }
    }
}
