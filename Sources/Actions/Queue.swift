/// A first-in, first-out queue. No call's cost grows with its length, except that of `removeAll`.
struct Queue<Element> {
    private var elements: [Element] = []
    /// The index of the first element; those before it were removed.
    private var head = 0

    var count: Int { elements.count - head }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            head += 1
            if 2 * head > elements.count {
                elements.removeFirst(head)
                head = 0
            }
        }
        return elements[head]
    }

    /// Removes and returns all elements that match.
    mutating func removeAll(where isConcerned: (Element) -> Bool) -> [Element] {
        let present = elements[head...]
        head = 0
        let removed = present.filter(isConcerned)
        elements = removed.isEmpty ? Array(present) : present.filter { !isConcerned($0) }
        return removed
    }
}
