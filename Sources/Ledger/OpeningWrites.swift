import Doors

/// What the entries of one transaction come to for the tables of openings: of each opening the last state, once.
struct OpeningWrites: Equatable {
    /// By its key each opening as it is now; nil is one that is over.
    private(set) var last: [OpeningKey: Opening?] = [:]

    /// Adds an entry that comes after those that were added before.
    mutating func add(_ entry: LedgerEntry) {
        for key in entry.closing { last[key] = .some(nil) }
        for opening in entry.openings { last[opening.key] = .some(opening) }
    }
}
