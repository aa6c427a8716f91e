import Doors
import Knocks

/// The doors as the Listener knows them, under the numbers that its reports have.
///
/// A report may have been on its way while the doors changed. It counts if its door has not.
struct DoorTables {
    /// A door and its sequence, as they were when the Listener was told.
    struct Entry: Equatable {
        let identity: DoorIdentity
        let sequence: SequenceDoor
    }

    /// The number of the newest table.
    private(set) var newest: UInt32 = 0
    /// The newest, and those before it that the Listener may still speak of.
    private var tables: [UInt32: [Entry]] = [:]

    /// Makes a table of the doors that a sequence opens, one with several sequences once for each; returns what the
    /// Listener is to be told of each.
    mutating func add(_ doors: [Door]) -> [SequenceDoor] {
        newest &+= 1
        let entries = doors.flatMap { door in door.sequences.map { Entry(identity: door.identity, sequence: $0) } }
        tables[newest] = entries
        return entries.map(\.sequence)
    }

    /// The Listener goes by this table now, and will not speak of earlier ones. False if there is no such table.
    mutating func isInUse(_ number: UInt32) -> Bool {
        guard tables[number] != nil else { return false }
        tables = tables.filter { $0.key >= number }
        return true
    }

    /// What a report means; nil if the Listener cannot know of such a door.
    func entry(_ door: Int, table: UInt32) -> Entry? {
        guard let entries = tables[table], entries.indices.contains(door) else { return nil }
        return entries[door]
    }

    /// A new Listener knows nothing of the past.
    mutating func forgetPast() {
        tables = tables.filter { $0.key == newest }
    }
}
