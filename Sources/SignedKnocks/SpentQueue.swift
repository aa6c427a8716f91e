import Hints

/// Spent knocks, the one with the smallest timestamp first: a binary heap. Of equal timestamps the smallest nonce is
/// first, so that the order is the same in every run.
struct SpentQueue {
    private var heap: [SpentKnock] = []

    var count: Int { heap.count }

    /// The smallest.
    var first: SpentKnock? { heap.first }

    /// The smallest but one.
    var second: SpentKnock? {
        switch heap.count {
        case ...1: nil
        case 2: heap[1]
        default: Self.precedes(heap[1], heap[2]) ? heap[1] : heap[2]
        }
    }

    /// All of them, in no order.
    var all: [SpentKnock] { heap }

    static func precedes(_ left: SpentKnock, _ right: SpentKnock) -> Bool {
        (left.timestamp, left.nonce.high, left.nonce.low) < (right.timestamp, right.nonce.high, right.nonce.low)
    }

    mutating func insert(_ knock: SpentKnock) {
        heap.append(knock)
        var child = heap.count - 1
        while child > 0, Self.precedes(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out the smallest.
    mutating func popFirst() -> SpentKnock? {
        guard let first = heap.first else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        sink()
        return first
    }

    /// Puts a knock in the place of the smallest, and returns that; the knock itself if it is smaller yet.
    mutating func exchangeFirst(_ knock: SpentKnock) -> SpentKnock {
        guard let first = heap.first, Self.precedes(first, knock) else { return knock }
        heap[0] = knock
        sink()
        return first
    }

    /// Lets what is at the top go down to its place.
    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if Self.precedes(heap[child], heap[least]) { least = child }
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
