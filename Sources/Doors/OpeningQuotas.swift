/// Who has how many places at which door.
struct OpeningQuotas {
    private var doors: [DoorIdentity: DoorQuota] = [:]
    /// How many are taken in all.
    private(set) var taken = 0

    /// Whether there is a place for a holder.
    mutating func hasPlace(for holder: Holder, at door: DoorIdentity, _ shares: QuotaShares) -> Bool {
        doors[door, default: DoorQuota()].hasPlace(for: holder, shares)
    }

    mutating func take(_ holder: Holder, at door: DoorIdentity) {
        doors[door, default: DoorQuota()].take(holder)
        taken += 1
    }

    /// Gives one back that was taken.
    mutating func release(_ holder: Holder, at door: DoorIdentity) {
        doors[door]?.release(holder)
        if doors[door]?.isEmpty ?? false { doors[door] = nil }
        taken -= 1
    }
}
