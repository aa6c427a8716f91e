/// An element of a heap.
public protocol HeapElement {
    /// Whether this element leaves a heap before the other one.
    func precedes(_ other: Self) -> Bool
}

/// A binary heap whose first element precedes all others. Elements of which neither precedes the other leave it in any
/// order.
///
/// It is `public` and inlinable, unlike the rest of the package: only then does the compiler specialise it for element
/// types of other modules.
public struct Heap<Element: HeapElement> {
    @usableFromInline var elements: [Element] = []

    /// An empty heap.
    public init() {}

    /// How many elements there are.
    @inlinable public var count: Int { elements.count }

    /// The smallest element, which precedes all others.
    @inlinable public var first: Element? { elements.first }

    /// The second smallest element.
    @inlinable public var second: Element? {
        switch elements.count {
        case ...1: nil
        case 2: elements[1]
        default: elements[1].precedes(elements[2]) ? elements[1] : elements[2]
        }
    }

    /// All elements, in no order.
    @inlinable public var all: [Element] { elements }

    /// Adds an element.
    @inlinable public mutating func insert(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0, elements[child].precedes(elements[(child - 1) / 2]) {
            elements.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Removes and returns the smallest element.
    @inlinable public mutating func popFirst() -> Element? {
        guard let first = elements.first else { return nil }
        elements.swapAt(0, elements.count - 1)
        elements.removeLast()
        sink()
        return first
    }

    /// Replaces the smallest element with this one and returns the smallest. Returns `element` itself unless the
    /// smallest precedes it.
    @inlinable public mutating func exchangeFirst(_ element: Element) -> Element {
        guard let first = elements.first, first.precedes(element) else { return element }
        elements[0] = element
        sink()
        return first
    }

    /// Moves the top element down until the heap is in order.
    @inlinable mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < elements.count {
                if elements[child].precedes(elements[least]) { least = child }
            }
            if least == parent { return }
            elements.swapAt(parent, least)
            parent = least
        }
    }
}

extension Heap: Sendable where Element: Sendable {}
