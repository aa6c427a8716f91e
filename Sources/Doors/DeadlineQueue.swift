import Base

/// Keys by their deadlines, the earliest first: a binary heap.
struct DeadlineQueue<Key> {
    private var heap: [(deadline: Milliseconds, key: Key)] = []

    var count: Int { heap.count }

    /// The earliest deadline.
    var first: Milliseconds? { heap.first?.deadline }

    /// Adds a key, which may be there already.
    mutating func insert(_ key: Key, deadline: Milliseconds) {
        heap.append((deadline, key))
        var child = heap.count - 1
        while child > 0, heap[child].deadline < heap[(child - 1) / 2].deadline {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out the key with the earliest deadline, if that is not after `now`.
    mutating func popFirst(upTo now: Milliseconds) -> Key? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].deadline < heap[least].deadline { least = child }
            }
            if least == parent { return first.key }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
