import Base
import Keys

/// When the holds of open openings end, as a queue with an entry no later than each hold's deadline. Holds are extended, and
/// ended early, without a look at it.
struct HoldDeadlines {
    struct Entry: Hashable {
        let opening: OpeningKey
        let holder: Holder
        let generation: GenerationID?
    }

    private var queue = DeadlineQueue<Entry>()
    /// The earliest entry of each hold, so that one that is extended does not get another.
    private var earliest: [Entry: Milliseconds] = [:]

    /// When to look next; it may be too early, never too late.
    var first: Milliseconds? { queue.first }

    /// How many entries there are, those of holds that are gone included.
    var count: Int { queue.count }

    mutating func insert(_ hold: Hold, of opening: OpeningKey) {
        let entry = Entry(opening: opening, holder: hold.holder, generation: hold.generation)
        if let known = earliest[entry], known <= hold.deadline { return }
        earliest[entry] = hold.deadline
        queue.insert(entry, deadline: hold.deadline)
    }

    /// A hold that may have ended; its deadline says so.
    mutating func popFirst(upTo now: Milliseconds) -> Entry? {
        while let entry = queue.popFirst(upTo: now) {
            // One that comes before another one of the same hold was there for an earlier deadline.
            guard let deadline = earliest[entry], deadline <= now else { continue }
            earliest[entry] = nil
            return entry
        }
        return nil
    }
}
