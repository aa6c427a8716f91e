import Base
import TestSupport
import Testing

private struct Element: HeapElement, Equatable {
    let rank: Int
    let number: Int

    func precedes(_ other: Element) -> Bool { (rank, number) < (other.rank, other.number) }
}

struct HeapTests {
    @Test func anEmptyHeapHasNothing() {
        var heap = Heap<Element>()
        #expect(heap.count == 0)
        #expect(heap.first == nil)
        #expect(heap.second == nil)
        #expect(heap.all == [])
        let element = Element(rank: 1, number: 1)
        let (popped, exchanged) = (heap.popFirst(), heap.exchangeFirst(element))
        #expect(popped == nil)
        #expect(exchanged == element)
        #expect(heap.count == 0, "what is exchanged in an empty heap is not kept")
    }

    @Test func itAgreesWithASortedList() {
        var random = SeededGenerator.announced()
        var heap = Heap<Element>()
        var kept: [Element] = []
        for number in 0..<2000 {
            let element = Element(rank: Int.random(in: 0..<300, using: &random), number: number)
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                let popped = heap.popFirst()
                #expect(popped == (kept.isEmpty ? nil : kept.removeFirst()))
            case 1:
                kept.append(element)
                kept.sort { $0.precedes($1) }
                let exchanged = heap.exchangeFirst(element)
                #expect(exchanged == kept.removeFirst())
            default:
                kept.append(element)
                heap.insert(element)
            }
            kept.sort { $0.precedes($1) }
            #expect(heap.first == kept.first)
            #expect(heap.second == kept.dropFirst().first)
            #expect(heap.count == kept.count)
        }
        #expect(heap.all.sorted { $0.precedes($1) } == kept)
    }
}
