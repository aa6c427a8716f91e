import Doors
import Knocks

/// The lists of doors that the Listener was sent, by the numbers that its reports carry.
///
/// The doors may change while a report is on its way. The report is valid if its own door has not changed.
struct DoorLists {
    /// A door and its sequence, as sent to the Listener.
    struct Entry: Equatable {
        let identity: DoorIdentity
        let sequence: SequenceDoor
    }

    /// Number of the newest list.
    private(set) var newest: UInt32 = 0
    /// The newest list, and the earlier ones that the Listener may still refer to.
    private var lists: [UInt32: [Entry]] = [:]

    /// Adds a list of the doors that a sequence opens, with one entry for each sequence, and returns the entries to
    /// send.
    mutating func add(_ doors: [Door]) -> [SequenceDoor] {
        newest &+= 1
        let entries = doors.flatMap { door in door.sequences.map { Entry(identity: door.identity, sequence: $0) } }
        lists[newest] = entries
        return entries.map(\.sequence)
    }

    /// Whether the Listener can have applied this list: the one it uses, or a newer one.
    func isKnown(_ number: UInt32) -> Bool { lists[number] != nil }

    /// Notes that the Listener has applied this list, so that it no longer refers to earlier ones. False if there is no
    /// such list.
    mutating func isInUse(_ number: UInt32) -> Bool {
        guard isKnown(number) else { return false }
        lists = lists.filter { $0.key >= number }
        return true
    }

    /// Returns the door that a report is about; nil if the Listener cannot know such a door.
    func entry(_ door: Int, doorList: UInt32) -> Entry? {
        guard let entries = lists[doorList], entries.indices.contains(door) else { return nil }
        return entries[door]
    }

    /// Drops all lists but the newest, for a new Listener.
    mutating func forgetPast() {
        lists = lists.filter { $0.key == newest }
    }
}
