import Testing

@testable import Listener

struct ReportQueueTests {
    private var queue = ReportQueue()

    /// Appends proofs at a door while there is room, and says how many.
    private mutating func fill(_ door: Int) -> Int {
        var count = 0
        while queue.hasRoom(forProofAt: door), count < 5000 {
            queue.append([UInt8(door)], isProofAt: door)
            count += 1
        }
        return count
    }

    @Test mutating func reportsKeepTheirOrder() {
        for number in 0..<100 { queue.append([UInt8(number)], isProofAt: number.isMultiple(of: 2) ? 1 : nil) }
        for number in 0..<100 {
            #expect(queue.first == [UInt8(number)])
            queue.removeFirst()
        }
        #expect(queue.isEmpty && queue.first == nil)
        queue.removeFirst()
        #expect(queue.count == 0)
    }

    @Test mutating func oneDoorsSequencesLeaveRoomForAnothers() {
        #expect(fill(1) == 512)
        #expect(fill(2) == 256)
        #expect((3...200).map { fill($0) }.allSatisfy { $0 >= 1 })
        #expect(fill(1) == 0)
    }

    @Test mutating func theLogLeavesHalfOfTheRoomToProofs() {
        while queue.hasRoomForLog { queue.append([0]) }
        #expect(queue.count == 512)
        #expect(fill(1) == 512)
    }

    @Test mutating func whatWasSentMakesRoom() {
        _ = fill(1)
        for _ in 0..<512 { queue.removeFirst() }
        #expect(queue.isEmpty)
        #expect(fill(1) == 512)
    }
}
