/// A queue that serves doors in turn, and at each door its holders in turn. The elements of one holder keep their
/// order.
///
/// No call's cost grows with the number of waiting elements, except that of `removeAll`: `popNext` skips only holders
/// that already have places.
struct FairQueue<Door: Hashable & Sendable, Holder: Hashable & Sendable, Element> {
    private var elements: [Lane<Door, Holder>: Queue<Element>] = [:]
    /// The holders of each door that have waiting elements, and these doors, each in the order of their turns.
    private var holders: [Door: Queue<Holder>] = [:]
    private var doors = Queue<Door>()
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    func contains(_ lane: Lane<Door, Holder>) -> Bool { elements[lane] != nil }

    mutating func append(_ element: Element, in lane: Lane<Door, Holder>) {
        count += 1
        if holders[lane.door] == nil { doors.append(lane.door) }
        if elements[lane] == nil { holders[lane.door, default: Queue()].append(lane.holder) }
        elements[lane, default: Queue()].append(element)
    }

    /// Removes and returns the next element for which there is a place.
    mutating func popNext(for places: FairShares<Door, Holder>) -> Element? {
        for _ in 0..<doors.count {
            guard let door = doors.popFirst() else { return nil }
            let element = places.hasPlace(for: door) ? popNext(at: door, for: places) : nil
            if holders[door] != nil { doors.append(door) }
            if let element { return element }
        }
        return nil
    }

    private mutating func popNext(at door: Door, for places: FairShares<Door, Holder>) -> Element? {
        for _ in 0..<(holders[door]?.count ?? 0) {
            guard let holder = holders[door]?.popFirst() else { return nil }
            let lane = Lane(door: door, holder: holder)
            let element = places.hasPlace(for: lane) ? elements[lane]?.popFirst() : nil
            if elements[lane]?.isEmpty ?? true { elements[lane] = nil } else { holders[door]?.append(holder) }
            if let element {
                count -= 1
                if holders[door]?.isEmpty ?? true { holders[door] = nil }
                return element
            }
        }
        return nil
    }

    /// Removes and returns all elements that match.
    mutating func removeAll(where isConcerned: (Element) -> Bool) -> [Element] {
        var removed: [Element] = []
        for lane in elements.keys {
            removed += elements[lane]?.removeAll(where: isConcerned) ?? []
            guard elements[lane]?.isEmpty ?? true else { continue }
            elements[lane] = nil
            _ = holders[lane.door]?.removeAll { $0 == lane.holder }
            guard holders[lane.door]?.isEmpty ?? true else { continue }
            holders[lane.door] = nil
            _ = doors.removeAll { $0 == lane.door }
        }
        count -= removed.count
        return removed
    }
}
