package import Base
package import Packets

/// The sources that have completed a door's sequence shortly before: `seq_cooldown`.
///
/// Sources can be forged, so the list of each door has a limited length. The sequences of a source that drops out of it
/// are accepted again.
package struct CooldownBook {
    /// Rest of a cooldown.
    package struct Rest: Equatable, Sendable {
        /// Seconds that are left, rounded up.
        package let seconds: Int
        /// Whether this is the first question since it began.
        package let isNews: Bool
    }

    private struct Entry {
        let began: Milliseconds
        var isNews = true
    }

    /// The sources of one door.
    private struct Page {
        var entries: [IPAddress: Entry] = [:]
        /// Sources in the order in which their cooldowns began. Some cooldowns may have begun again, or were forgotten.
        var order: [(source: IPAddress, began: Milliseconds)] = []
        /// Index of the first valid element of `order`.
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

    /// Returns the rest of a source's cooldown; nil if a completed sequence is accepted.
    package mutating func rest(of door: Door, _ source: IPAddress, now: Milliseconds) -> Rest? {
        guard door.sequenceCooldown > 0, let entry = pages[door.identity]?.entries[source] else { return nil }
        let left = entry.began + door.sequenceCooldown - now
        guard left > 0 else { return nil }
        pages[door.identity]?.entries[source]?.isNews = false
        return Rest(seconds: Int((left + 999) / 1000), isNews: entry.isNews)
    }

    /// Begins a source's cooldown, when its completed sequence is accepted.
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

    /// Ends a source's cooldown, when its sequence was refused after all.
    package mutating func forget(_ source: IPAddress, at door: DoorIdentity) {
        pages[door]?.entries[source] = nil
    }

    /// Number of sources in a door's list.
    package func count(at door: Door) -> Int { pages[door.identity]?.entries.count ?? 0 }
}
