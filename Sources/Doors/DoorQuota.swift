/// How a door's places are shared out: half of them evenly among its holders, the other half to those who come first. Each
/// holder has one of its own, even if these are more than the door has places.
struct QuotaShares: Equatable {
    /// What is kept for each holder.
    let reserved: Int
    /// What is nobody's in particular.
    let common: Int

    init(places: Int, holders: Int) {
        reserved = max(places / 2 / max(holders, 1), 1)
        common = max(places - reserved * max(holders, 1), 0)
    }
}

/// Who holds how many openings of one door. An address that two hold takes a place of each, so that nobody can keep
/// another's place by joining him.
struct DoorQuota {
    private var counts: [Holder: Int] = [:]
    /// The shares by which `common` was counted.
    private var shares: QuotaShares?
    /// Places taken of those that are nobody's in particular.
    private var common = 0

    var isEmpty: Bool { counts.isEmpty }

    /// Whether there is a place for a holder.
    mutating func hasPlace(for holder: Holder, _ shares: QuotaShares) -> Bool {
        if shares != self.shares {
            // Another configuration, or other keys: that is rare.
            self.shares = shares
            common = counts.values.reduce(0) { $0 + max($1 - shares.reserved, 0) }
        }
        return counts[holder, default: 0] < shares.reserved || common < shares.common
    }

    mutating func take(_ holder: Holder) {
        let count = counts[holder, default: 0]
        counts[holder] = count + 1
        if let shares, count >= shares.reserved { common += 1 }
    }

    mutating func release(_ holder: Holder) {
        guard let count = counts[holder] else { return }
        counts[holder] = count == 1 ? nil : count - 1
        if let shares, count > shares.reserved { common -= 1 }
    }
}
