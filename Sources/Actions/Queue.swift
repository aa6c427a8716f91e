/// First in, first out. No call's cost grows with the length, but for `removeAll`.
struct Queue<Element> {
    private var elements: [Element] = []
    /// Those before it were taken out.
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

    /// Takes out those that fulfil a condition.
    mutating func removeAll(where isConcerned: (Element) -> Bool) -> [Element] {
        let present = elements[head...]
        head = 0
        let removed = present.filter(isConcerned)
        elements = removed.isEmpty ? Array(present) : present.filter { !isConcerned($0) }
        return removed
    }
}
