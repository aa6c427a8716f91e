import Doors

/// The combined effect of a transaction's entries on the tables of openings: the last state of each opening.
struct OpeningWrites: Equatable {
    /// Each opening in its current state by key; nil if it is over.
    private(set) var last: [OpeningKey: Opening?] = [:]

    /// Adds an entry that comes after those added before.
    mutating func add(_ entry: LedgerEntry) {
        for key in entry.closing { last[key] = .some(nil) }
        for opening in entry.openings { last[opening.key] = .some(opening) }
    }
}
