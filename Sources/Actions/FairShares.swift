/// Places that doors and their holders share, so that none of them can use up what another needs.
///
/// There are four times `share`. A door may take one more while it has fewer than are free, so half of all if it is alone;
/// a holder at a door while it has fewer than the door's half has left, so `share` if it is alone. Whatever some hold, the
/// next one finds a part of the rest. When that has become nothing, there is one place more for each: a door that has none
/// always gets one; so does a holder that has none at a door, up to twice as many in all, by the same rule for the door.
struct FairShares<Door: Hashable & Sendable, Holder: Hashable & Sendable> {
    private let share: Int
    private(set) var count = 0
    private var doors: [Door: Int] = [:]
    private var lanes: [Lane<Door, Holder>: Int] = [:]

    init(share: Int) {
        self.share = share
    }

    /// How many places a door has taken.
    func count(of door: Door) -> Int { doors[door] ?? 0 }

    /// Whether there can be a place for any holder of a door.
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

    /// Gives one back that was taken.
    mutating func release(_ lane: Lane<Door, Holder>) {
        guard let ofLane = lanes[lane], let ofDoor = doors[lane.door] else { return }
        count -= 1
        lanes[lane] = ofLane == 1 ? nil : ofLane - 1
        doors[lane.door] = ofDoor == 1 ? nil : ofDoor - 1
    }
}
