/// The places that holders have at all doors.
struct OpeningQuotas {
    private var doors: [DoorIdentity: DoorQuota] = [:]
    /// Number of places taken at all doors.
    private(set) var taken = 0

    /// Whether a place is left for a holder.
    mutating func hasPlace(for holder: Holder, at door: DoorIdentity, _ shares: QuotaShares) -> Bool {
        doors[door, default: DoorQuota()].hasPlace(for: holder, shares)
    }

    mutating func take(_ holder: Holder, at door: DoorIdentity) {
        doors[door, default: DoorQuota()].take(holder)
        taken += 1
    }

    /// Returns a place that was taken.
    mutating func release(_ holder: Holder, at door: DoorIdentity) {
        doors[door]?.release(holder)
        if doors[door]?.isEmpty ?? false { doors[door] = nil }
        taken -= 1
    }
}
