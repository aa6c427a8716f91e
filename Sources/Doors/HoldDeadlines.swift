import Base
import Keys

/// A queue of the ends of holds. Each hold has an entry no later than its deadline; extending a hold or ending it early
/// does not touch the queue.
struct HoldDeadlines {
    struct Entry: Hashable {
        let opening: OpeningKey
        let holder: Holder
        let generation: GenerationID?
    }

    private var queue = DeadlineQueue<Entry>()
    /// The earliest entry of each hold. An extended hold needs no other.
    private var earliest: [Entry: Milliseconds] = [:]

    /// When to check next. It may be too early, but is never too late.
    var first: Milliseconds? { queue.first }

    /// Number of entries, including those of holds that are gone.
    var count: Int { queue.count }

    mutating func insert(_ hold: Hold, of opening: OpeningKey) {
        let entry = Entry(opening: opening, holder: hold.holder, generation: hold.generation)
        if let known = earliest[entry], known <= hold.deadline { return }
        earliest[entry] = hold.deadline
        queue.insert(entry, deadline: hold.deadline)
    }

    /// Takes a hold that may have ended. Check its deadline.
    mutating func popFirst(upTo now: Milliseconds) -> Entry? {
        while let entry = queue.popFirst(upTo: now) {
            // An entry that is not the hold's earliest one is obsolete.
            guard let deadline = earliest[entry], deadline <= now else { continue }
            earliest[entry] = nil
            return entry
        }
        return nil
    }
}
