/// Shares of a door's places: half of them are divided evenly among its holders, the other half is first come, first
/// served.
///
/// Each holder has at least one place, even if there are more holders than places.
struct QuotaShares: Equatable {
    /// Places reserved for each holder.
    let reserved: Int
    /// Places that any holder can take.
    let common: Int

    init(places: Int, holders: Int) {
        reserved = max(places / 2 / max(holders, 1), 1)
        common = max(places - reserved * max(holders, 1), 0)
    }
}

/// The number of openings of one door that each holder has. An opening with two holders takes a place of each, so that
/// no holder can use up another's places by joining its openings.
struct DoorQuota {
    private var counts: [Holder: Int] = [:]
    /// The shares by which `common` was computed.
    private var shares: QuotaShares?
    /// Number of common places that are taken.
    private var common = 0

    var isEmpty: Bool { counts.isEmpty }

    /// Whether a place is left for a holder.
    mutating func hasPlace(for holder: Holder, _ shares: QuotaShares) -> Bool {
        if shares != self.shares {
            // This is rare: the configuration or the keys have changed.
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
