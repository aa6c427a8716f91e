import Doors
import Knocks

/// Doors that open when somebody knocks at another one twice, or when a knock there is repeated late.
///
/// `A,B,C` opens and `B,C,A` closes: after A,B,C the second door waits for A, and a late repetition of A, or the first
/// knock of a second try, closes what has just been opened. knockd forgets B,C there, since it gives each packet to one
/// door alone.
enum RotatedDoors {
    /// Warnings, at most one a door, in no order.
    static func diagnostics(_ sections: [DoorSection]) -> [Diagnostic] {
        let doors = Array(sections.prefix(DoorPairs.mostCompared))
        var places: [Knock: [Int]] = [:]
        for (number, door) in doors.enumerated() {
            for knock in Set(door.sequence?.value.knocks ?? []) { places[knock, default: []].append(number) }
        }
        return doors.enumerated().compactMap { number, door in
            guard let knocks = door.sequence?.value.knocks, knocks.count > 1, door.sequenceTimeout > 0 else {
                return nil
            }
            for other in places[knocks[0]] ?? [] where other != number {
                guard let repeated = repeats(of: doors[other], opening: door) else { continue }
                // Of two that open each other, the later one is told about.
                if number < other, repeats(of: door, opening: doors[other]) != nil { continue }
                return diagnostic(at: door, with: doors[other], repeated)
            }
            return nil
        }
    }

    private static func diagnostic(at door: DoorSection, with other: DoorSection, _ repeated: [Knock]) -> Diagnostic {
        let (name, otherName) = (door.identity.name, other.identity.name)
        let what = repeated.count == 1 ? "one late repetition of \(repeated[0])" : "a second try"
        return door.heading.diagnostic(
            .warning,
            "after the knocks of door '\(otherName)', \(what) opens door '\(name)' too; change the order, so that no "
                + "sequence goes on where the other one begins")
    }

    /// How much of another door's sequence has to follow the whole of it to open this door, which the sequence alone does
    /// not; nil where that does not open it.
    private static func repeats(of other: DoorSection, opening door: DoorSection) -> [Knock]? {
        guard let knocks = door.sequence?.value.knocks, let others = other.sequence?.value.knocks,
            door.target == other.target, door.vlan?.value == other.vlan?.value, DoorPairs.isSeen(other, by: door),
            !DoorPairs.completes(knocks, on: others), DoorPairs.completes(knocks, on: others + others)
        else { return nil }
        let count =
            others.indices.first { DoorPairs.completes(knocks, on: others + others[...$0]) } ?? others.endIndex - 1
        return Array(others[...count])
    }
}
