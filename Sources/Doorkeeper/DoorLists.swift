import Doors
import Knocks

/// The doors as the Listener knows them, under the numbers that its reports have.
///
/// A report may have been on its way while the doors changed. It counts if its door has not.
struct DoorLists {
    /// A door and its sequence, as they were when the Listener was told.
    struct Entry: Equatable {
        let identity: DoorIdentity
        let sequence: SequenceDoor
    }

    /// The number of the newest list.
    private(set) var newest: UInt32 = 0
    /// The newest, and those before it that the Listener may still speak of.
    private var lists: [UInt32: [Entry]] = [:]

    /// Makes a list of the doors that a sequence opens, one with several sequences once for each; returns what the
    /// Listener is to be told of each.
    mutating func add(_ doors: [Door]) -> [SequenceDoor] {
        newest &+= 1
        let entries = doors.flatMap { door in door.sequences.map { Entry(identity: door.identity, sequence: $0) } }
        lists[newest] = entries
        return entries.map(\.sequence)
    }

    /// Whether the Listener can go by this list: it is the one that it goes by, or a newer one.
    func isKnown(_ number: UInt32) -> Bool { lists[number] != nil }

    /// The Listener goes by this list now, and will not speak of earlier ones. False if there is no such list.
    mutating func isInUse(_ number: UInt32) -> Bool {
        guard isKnown(number) else { return false }
        lists = lists.filter { $0.key >= number }
        return true
    }

    /// What a report means; nil if the Listener cannot know of such a door.
    func entry(_ door: Int, doorList: UInt32) -> Entry? {
        guard let entries = lists[doorList], entries.indices.contains(door) else { return nil }
        return entries[door]
    }

    /// A new Listener knows nothing of the past.
    mutating func forgetPast() {
        lists = lists.filter { $0.key == newest }
    }
}
