import Base
import TestSupport
import Testing

@testable import Doors

/// A queue behind a reference, so that it can be changed within an expectation.
private final class Queue {
    private var state = DeadlineQueue<Int>()
    var first: Milliseconds? { state.first }
    func insert(_ key: Int, deadline: Milliseconds) { state.insert(key, deadline: deadline) }
    func popFirst(upTo now: Milliseconds) -> Int? { state.popFirst(upTo: now) }
}

struct DeadlineQueueTests {
    @Test func anEmptyQueueHasNothing() {
        let queue = Queue()
        #expect(queue.first == nil)
        #expect(queue.popFirst(upTo: .max) == nil)
    }

    @Test func aDeadlineIsReachedAtItsMomentAndNotBefore() {
        let queue = Queue()
        queue.insert(1, deadline: 100)
        #expect(queue.popFirst(upTo: 99) == nil)
        #expect(queue.first == 100)
        #expect(queue.popFirst(upTo: 100) == 1)
        #expect(queue.first == nil)
    }

    @Test func aKeyMayBeThereTwice() {
        let queue = Queue()
        queue.insert(1, deadline: 200)
        queue.insert(1, deadline: 100)
        #expect(queue.first == 100)
        #expect(queue.popFirst(upTo: 300) == 1)
        #expect(queue.first == 200)
        #expect(queue.popFirst(upTo: 300) == 1)
        #expect(queue.popFirst(upTo: 300) == nil)
    }

    @Test(arguments: [[5, 4, 3, 2, 1], [1, 2, 3, 4, 5], [1, 1, 1], [Milliseconds.min, 0, .max], [2, 1]])
    func deadlinesComeOutInTheirOrder(deadlines: [Milliseconds]) {
        var queue = DeadlineQueue<Milliseconds>()
        for deadline in deadlines { queue.insert(deadline, deadline: deadline) }
        var popped: [Milliseconds] = []
        while let key = queue.popFirst(upTo: .max) { popped.append(key) }
        #expect(popped == deadlines.sorted())
    }

    @Test(arguments: [1, 2, 3, UInt64.random(in: .min ... .max)])
    func theQueueAgreesWithASortedList(seed: UInt64) {
        print("seed of theQueueAgreesWithASortedList: \(seed)")
        var random = SeededGenerator(seed: seed)
        let queue = Queue()
        var model: [(deadline: Milliseconds, key: Int)] = []
        for step in 0..<4000 {
            if Bool.random(using: &random) {
                let deadline = Milliseconds.random(in: 0..<500, using: &random)
                queue.insert(step, deadline: deadline)
                model.append((deadline, step))
            } else {
                let now = Milliseconds.random(in: 0..<500, using: &random)
                let earliest = model.map(\.deadline).min()
                let popped = queue.popFirst(upTo: now)
                // Among equal deadlines any may come first.
                let place = model.firstIndex { $0.key == popped }
                #expect(place.map { model[$0].deadline } == earliest.flatMap { $0 <= now ? $0 : nil })
                if let place { model.remove(at: place) }
            }
            #expect(queue.first == model.map(\.deadline).min())
        }
    }
}
