import Hints
import TestSupport
import Testing

@testable import SignedKnocks

/// A memory that can be asked within an expectation.
private final class Memory {
    private var memory = SpentMemory()

    func insert(generation: Int, nonce: Nonce) { memory.insert(generation: generation, nonce: nonce) }

    func contains(generation: Int, nonce: Nonce) -> Bool { memory.contains(generation: generation, nonce: nonce) }
}

struct SpentMemoryTests {
    @Test func itKnowsWhatWasInsertedAndNothingElse() {
        let memory = Memory()
        memory.insert(generation: 3, nonce: Nonce(high: 1, low: 2))
        #expect(memory.contains(generation: 3, nonce: Nonce(high: 1, low: 2)))
        #expect(!memory.contains(generation: 2, nonce: Nonce(high: 1, low: 2)))
        #expect(!memory.contains(generation: 3, nonce: Nonce(high: 2, low: 2)))
        #expect(!memory.contains(generation: 3, nonce: Nonce(high: 1, low: 2 + 8192)))
    }

    @Test func anEmptyMemoryKnowsNothingNotEvenZeros() {
        #expect(!Memory().contains(generation: 0, nonce: Nonce(high: 0, low: 0)))
    }

    @Test func theNonceOfZerosIsOneLikeOthers() {
        let memory = Memory()
        memory.insert(generation: 0, nonce: Nonce(high: 0, low: 0))
        #expect(memory.contains(generation: 0, nonce: Nonce(high: 0, low: 0)))
        #expect(!memory.contains(generation: 1, nonce: Nonce(high: 0, low: 0)))
    }

    @Test func aSetKeepsItsLastEight() {
        let memory = Memory()
        for high in 0..<11 as Range<UInt64> { memory.insert(generation: 0, nonce: Nonce(high: high, low: .max)) }
        for high in 0..<11 as Range<UInt64> {
            #expect(memory.contains(generation: 0, nonce: Nonce(high: high, low: .max)) == (high >= 3))
        }
    }

    @Test func whatIsKnownAlreadyTakesNoPlace() {
        let memory = Memory()
        for high in 0..<8 as Range<UInt64> { memory.insert(generation: 0, nonce: Nonce(high: high, low: 5)) }
        for _ in 0..<9 { memory.insert(generation: 0, nonce: Nonce(high: 7, low: 5)) }
        for high in 0..<8 as Range<UInt64> { #expect(memory.contains(generation: 0, nonce: Nonce(high: high, low: 5))) }
    }

    @Test func ofTwoTimesItsCapacityMostOfTheLastAreKnown() {
        var random = SeededGenerator.announced()
        let memory = Memory()
        let nonces = (0..<2 * SpentMemory.capacity).map { _ in Nonce(high: random.next(), low: random.next()) }
        nonces.forEach { memory.insert(generation: 1, nonce: $0) }
        #expect(memory.contains(generation: 1, nonce: nonces[nonces.count - 1]))
        let known = nonces.count { memory.contains(generation: 1, nonce: $0) }
        #expect(known <= SpentMemory.capacity)
        #expect(known > SpentMemory.capacity * 9 / 10)
    }
}
