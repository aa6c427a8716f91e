import Testing

@testable import Actions

struct FairSharesTests {
    private var shares = FairShares<Int, Int>(share: 64)

    /// Takes what a holder can get, and says how much that was.
    private mutating func fill(_ door: Int, _ holder: Int) -> Int {
        var count = 0
        while shares.hasPlace(for: Lane(door: door, holder: holder)) {
            shares.take(Lane(door: door, holder: holder))
            count += 1
        }
        return count
    }

    @Test mutating func oneHolderHasAQuarterAndOneDoorHalfWhereTheyAreAlone() {
        #expect(fill(1, 1) == 64)
        #expect(fill(1, 2) == 32)
        #expect(fill(1, 3) == 16)
        #expect((4...20).map { fill(1, $0) } == [8, 4, 2] + Array(repeating: 1, count: 14))
        #expect(shares.count(of: 1) == 140)
        #expect(
            fill(2, 1) == 58,
            "half of what is left, though the other door has more than half of all by its many holders")
    }

    @Test mutating func eachNextDoorFindsSomething() {
        let taken = (1...100).map { fill($0, 1) }
        #expect(taken.prefix(6) == [64, 64, 64, 32, 16, 8])
        #expect(taken.allSatisfy { $0 >= 1 })
        #expect(shares.count == taken.reduce(0, +))
        for door in 1...50 { #expect(fill(door, 2) == 1, "nor is another holder kept out") }
    }

    @Test mutating func manyHoldersOfOneDoorTakeHalfOfAllAtMost() {
        for holder in 1...1000 { _ = fill(1, holder) }
        #expect(shares.count == 256)
        #expect((1...100).map { fill(2, $0) }.allSatisfy { $0 == 1 })
    }

    @Test mutating func whatIsGivenBackIsThereAgain() {
        #expect(fill(1, 1) == 64)
        for _ in 1...64 { shares.release(Lane(door: 1, holder: 1)) }
        shares.release(Lane(door: 1, holder: 1))
        shares.release(Lane(door: 9, holder: 9))
        #expect(shares.count == 0)
        #expect(shares.count(of: 1) == 0)
        #expect(fill(1, 1) == 64)
    }
}
