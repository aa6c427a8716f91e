import Doors
import Linux

/// What is remembered of the files that one-time sequences come from.
struct OneTimeFiles {
    /// Doors whose last one-time sequence could not be marked as used: it can come again.
    private var unmarked: Set<DoorIdentity> = []
    /// What the files were like when they were last read, by their paths.
    private var marks: [String: FileMark] = [:]

    /// Whether the door's last sequence could not be marked as used.
    func isUnmarked(_ door: DoorIdentity) -> Bool { unmarked.contains(door) }

    /// A sequence of the door came and was marked as used, or could not be.
    mutating func sequenceCame(at door: DoorIdentity, isMarked: Bool) {
        if isMarked { unmarked.remove(door) } else { unmarked.insert(door) }
    }

    /// Whether a file is to be read: it is another one than when it was last read, or it was never read.
    mutating func hasChanged(_ file: String, _ mark: FileMark) -> Bool {
        marks.updateValue(mark, forKey: file) != mark
    }
}
