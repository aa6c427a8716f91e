import Base

/// A queue of keys, the earliest deadline first.
struct DeadlineQueue<Key> {
    private struct Entry: HeapElement {
        let deadline: Milliseconds
        let key: Key

        func precedes(_ other: Entry) -> Bool { deadline < other.deadline }
    }

    private var heap = Heap<Entry>()

    var count: Int { heap.count }

    /// The earliest deadline.
    var first: Milliseconds? { heap.first?.deadline }

    /// Adds a key, which may be there already.
    mutating func insert(_ key: Key, deadline: Milliseconds) {
        heap.insert(Entry(deadline: deadline, key: key))
    }

    /// Takes out the key with the earliest deadline, if that is not after `now`.
    mutating func popFirst(upTo now: Milliseconds) -> Key? {
        guard let first, first <= now else { return nil }
        return heap.popFirst()?.key
    }
}
