/// Places shared by doors and their holders, so that none can use up what another needs.
///
/// There are nominally four times `share`. A door gets one more place while it has fewer than are free, so at most half
/// of all; a holder gets one more at a door while it has fewer than are left of the door's half, so at most `share`.
/// Whatever some hold, the next one finds a part of the rest.
///
/// Beyond that there is one place more for each: a door without a place always gets one, and so does a holder without a
/// place at a door, by the door's rule with twice as many places.
struct FairShares<Door: Hashable & Sendable, Holder: Hashable & Sendable> {
    private let share: Int
    private(set) var count = 0
    private var doors: [Door: Int] = [:]
    private var lanes: [Lane<Door, Holder>: Int] = [:]

    init(share: Int) {
        self.share = share
    }

    /// The number of places that a door has taken.
    func count(of door: Door) -> Int { doors[door] ?? 0 }

    /// Whether there may be a place for some holder of a door.
    func hasPlace(for door: Door) -> Bool {
        let ofDoor = count(of: door)
        return ofDoor == 0 || ofDoor < 8 * share - count
    }

    func hasPlace(for lane: Lane<Door, Holder>) -> Bool {
        guard hasPlace(for: lane.door) else { return false }
        guard let ofLane = lanes[lane] else { return true }
        let ofDoor = count(of: lane.door)
        return ofDoor < 4 * share - count && ofLane < 2 * share - ofDoor
    }

    mutating func take(_ lane: Lane<Door, Holder>) {
        count += 1
        doors[lane.door, default: 0] += 1
        lanes[lane, default: 0] += 1
    }

    /// Returns one place that was taken.
    mutating func release(_ lane: Lane<Door, Holder>) {
        guard let ofLane = lanes[lane], let ofDoor = doors[lane.door] else { return }
        count -= 1
        lanes[lane] = ofLane == 1 ? nil : ofLane - 1
        doors[lane.door] = ofDoor == 1 ? nil : ofDoor - 1
    }
}
