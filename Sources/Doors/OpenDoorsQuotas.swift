/// Places of holders.
extension OpenDoors {
    /// Takes a place for a holder, unless it has one; false if none is left.
    mutating func takePlace(_ holder: Holder, in key: OpeningKey, at door: Door) -> Bool {
        if isHeld(key, by: holder) { return true }
        let shares = QuotaShares(places: door.maxOpenings, holders: door.holderCount(keys: keyCount))
        guard quotas.hasPlace(for: holder, at: key.door, shares) else { return false }
        quotas.take(holder, at: key.door)
        return true
    }

    /// The holders of an opening and of its successor.
    func holders(of key: OpeningKey) -> Set<Holder> {
        Set([openings[key], successors[key]?.opening].flatMap { $0?.holds.map(\.holder) ?? [] })
    }

    private func isHeld(_ key: OpeningKey, by holder: Holder) -> Bool {
        [openings[key], successors[key]?.opening].contains { $0?.isHeld(by: holder) ?? false }
    }

    /// Removes holds of an opening that others hold too.
    mutating func release(_ holds: [Hold], of key: OpeningKey) -> Opening? {
        let changed = change(key) { opening in
            opening.holds.removeAll { hold in holds.contains { $0.isOfSameOwner(as: hold) } }
        }
        if let changed, let state = progress[key], !changed.isHeld(by: state.starter) {
            progress[key]?.starter = changed.firstHolder
        }
        for holder in Set(holds.map(\.holder)) where !isHeld(key, by: holder) { quotas.release(holder, at: key.door) }
        return changed
    }

    /// Removes a hold of the successor of a closing opening.
    mutating func releaseSuccessor(_ hold: Hold, of key: OpeningKey) {
        guard let next = successors[key], next.opening.isHeld(by: hold.holder) else { return }
        var opening = next.opening
        opening.holds.removeAll { $0.isOfSameOwner(as: hold) }
        let starter = opening.isHeld(by: next.starter) ? next.starter : opening.firstHolder
        successors[key] = opening.holds.isEmpty ? nil : Successor(opening: opening, starter: starter)
        if !isHeld(key, by: hold.holder) { quotas.release(hold.holder, at: key.door) }
    }
}
