import Testing

@testable import Actions

struct FairQueueTests {
    private var queue = FairQueue<String, Int, Int>()
    /// As many places as anybody wants.
    private var places = FairShares<String, Int>(share: 100_000)

    private mutating func append(_ elements: ClosedRange<Int>, _ door: String, _ holder: Int) {
        for element in elements { queue.append(element, in: Lane(door: door, holder: holder)) }
    }

    private mutating func drain() -> [Int] {
        var order: [Int] = []
        while let element = queue.popNext(for: places) { order.append(element) }
        return order
    }

    @Test mutating func doorsAndTheirHoldersTakeTurns() {
        append(1...3, "a", 1)
        append(11...13, "a", 2)
        append(21...23, "b", 1)
        #expect(queue.count == 9)
        #expect(drain() == [1, 21, 11, 22, 2, 23, 12, 3, 13])
        #expect(queue.isEmpty)
    }

    @Test mutating func whoComesBackWaitsForHisTurn() {
        append(1...2, "a", 1)
        append(11...12, "b", 1)
        #expect(queue.popNext(for: places) == 1)
        append(3...3, "a", 1)
        append(21...21, "c", 1)
        #expect(drain() == [11, 2, 21, 12, 3])
    }

    @Test mutating func whoHasNoPlaceIsPassedOver() {
        var few = FairShares<String, Int>(share: 1)
        // Door a has taken all that it may.
        while few.hasPlace(for: Lane(door: "a", holder: 1)) { few.take(Lane(door: "a", holder: 1)) }
        append(1...2, "a", 1)
        append(11...11, "b", 1)
        #expect(queue.popNext(for: few) == 11)
        #expect(queue.popNext(for: few) == nil)
        #expect(queue.count == 2)
        few.release(Lane(door: "a", holder: 1))
        #expect(queue.popNext(for: few) == 1)
    }

    @Test mutating func whatIsTakenOutLeavesTheOthersInTheirOrder() {
        for door in ["a", "b"] {
            for holder in 1...2 { append(1...6, door, holder) }
        }
        #expect(queue.removeAll { $0.isMultiple(of: 2) }.count == 12)
        #expect(queue.count == 12)
        #expect(drain() == [1, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5])
        append(1...3, "a", 1)
        append(5...6, "b", 1)
        #expect(queue.removeAll { $0 < 4 } == [1, 2, 3])
        #expect(!queue.contains(Lane(door: "a", holder: 1)))
        append(7...7, "a", 1)
        #expect(drain() == [5, 7, 6])
    }

    @Test func aQueueOfManyIsEmptiedInOrder() {
        var queue = Queue<Int>()
        var next = 0
        for number in 0..<100_000 {
            queue.append(number)
            if number.isMultiple(of: 3) {
                #expect(queue.popFirst() == next)
                next += 1
            }
        }
        while let element = queue.popFirst() {
            if element != next { Issue.record("\(element) instead of \(next)") }
            next += 1
        }
        #expect(next == 100_000)
    }
}
