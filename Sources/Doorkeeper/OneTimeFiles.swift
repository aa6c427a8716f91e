import Doors
import Linux

/// State of the files of one-time sequences.
struct OneTimeFiles {
    /// Doors whose last one-time sequence could not be marked as used, so that it can come again.
    private var unmarked: Set<DoorIdentity> = []
    /// Marks of the files at their last reading, by path.
    private var marks: [String: FileMark] = [:]

    /// Whether the door's last sequence could not be marked as used.
    func isUnmarked(_ door: DoorIdentity) -> Bool { unmarked.contains(door) }

    /// Notes whether a sequence that came was marked as used.
    mutating func sequenceCame(at door: DoorIdentity, isMarked: Bool) {
        if isMarked { unmarked.remove(door) } else { unmarked.insert(door) }
    }

    /// Whether to read a file: it has changed since the last reading, or was never read.
    mutating func hasChanged(_ file: String, _ mark: FileMark) -> Bool {
        marks.updateValue(mark, forKey: file) != mark
    }
}
