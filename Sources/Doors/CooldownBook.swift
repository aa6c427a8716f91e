package import Base
package import Packets

/// Which sources have completed the sequence of which door a short while ago: `seq_cooldown`.
///
/// Sources can be forged, so each door has a book of its own, of a limited length; what falls out of it counts again.
package struct CooldownBook {
    /// What is left of a cooldown.
    package struct Rest: Equatable, Sendable {
        /// Rounded up.
        package let seconds: Int
        /// Whether nobody asked since it began.
        package let isNews: Bool
    }

    private struct Entry {
        let began: Milliseconds
        var isNews = true
    }

    /// The sources of one door.
    private struct Page {
        var entries: [IPAddress: Entry] = [:]
        /// In the order in which they began; some of them may have begun anew, or been forgotten.
        var order: [(source: IPAddress, began: Milliseconds)] = []
        /// Where the order begins.
        var first = 0

        mutating func dropFirst() {
            let (source, began) = order[first]
            first += 1
            if entries[source]?.began == began { entries[source] = nil }
            if first > order.count / 2 {
                order.removeFirst(first)
                first = 0
            }
        }
    }

    private var pages: [DoorIdentity: Page] = [:]

    package init() {}

    /// What is left of the door's cooldown for a source; nil if a completed sequence counts.
    package mutating func rest(of door: Door, _ source: IPAddress, now: Milliseconds) -> Rest? {
        guard door.sequenceCooldown > 0, let entry = pages[door.identity]?.entries[source] else { return nil }
        let left = entry.began + door.sequenceCooldown - now
        guard left > 0 else { return nil }
        pages[door.identity]?.entries[source]?.isNews = false
        return Rest(seconds: Int((left + 999) / 1000), isNews: entry.isNews)
    }

    /// A completed sequence counts: the door's cooldown begins for its source.
    package mutating func begin(at door: Door, _ source: IPAddress, now: Milliseconds) {
        guard door.sequenceCooldown > 0 else { return }
        var page = pages.removeValue(forKey: door.identity) ?? Page()
        page.entries[source] = Entry(began: now)
        page.order.append((source, now))
        while page.first < page.order.count,
            page.order[page.first].began + door.sequenceCooldown <= now
                || page.order.count - page.first > DoorsLimits.sourcesInCooldown
        {
            page.dropFirst()
        }
        pages[door.identity] = page
    }

    /// It did not count after all.
    package mutating func forget(_ source: IPAddress, at door: DoorIdentity) {
        pages[door]?.entries[source] = nil
    }

    /// How many sources are remembered at a door.
    package func count(at door: Door) -> Int { pages[door.identity]?.entries.count ?? 0 }
}
