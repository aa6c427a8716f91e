/// What a heap keeps.
public protocol HeapElement {
    /// Whether it leaves a heap before another one.
    func precedes(_ other: Self) -> Bool
}

/// A binary heap: the element that precedes all others is first. Of those of which none precedes the other any may be.
///
/// This is `public` and inlinable where the rest is `package`, like `ZeroedMemory`: only then does the compiler make code
/// for an element's own type in another module.
public struct Heap<Element: HeapElement> {
    @usableFromInline var elements: [Element] = []

    /// An empty heap.
    public init() {}

    /// How many elements there are.
    @inlinable public var count: Int { elements.count }

    /// The smallest: the one that precedes all others.
    @inlinable public var first: Element? { elements.first }

    /// The smallest but one.
    @inlinable public var second: Element? {
        switch elements.count {
        case ...1: nil
        case 2: elements[1]
        default: elements[1].precedes(elements[2]) ? elements[1] : elements[2]
        }
    }

    /// All of them, in no order.
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

    /// Takes out the smallest.
    @inlinable public mutating func popFirst() -> Element? {
        guard let first = elements.first else { return nil }
        elements.swapAt(0, elements.count - 1)
        elements.removeLast()
        sink()
        return first
    }

    /// Puts an element in the place of the smallest, and returns that; the element itself if it is smaller yet.
    @inlinable public mutating func exchangeFirst(_ element: Element) -> Element {
        guard let first = elements.first, first.precedes(element) else { return element }
        elements[0] = element
        sink()
        return first
    }

    /// Lets the element at the top go down to its place.
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
