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
        let doors = DoorPairs.compared(sections)
        let places = DoorPairs.places(doors)
        return doors.enumerated().compactMap { number, door in
            for own in door.classic.openers where own.sequence.count > 1 && door.classic.timeout > 0 {
                for other in places[own.sequence.knocks[0]] ?? [] where other != number {
                    for opener in doors[other].classic.openers {
                        let (knocks, others) = (own.sequence.knocks, opener.sequence.knocks)
                        guard DoorPairs.areOfOnePlace(door, doors[other]),
                            DoorPairs.areSeen(others, of: doors[other], by: door),
                            let repeated = repeats(of: others, opening: knocks)
                        else { continue }
                        // Of two that open each other, the later one is told about.
                        if number < other, doors[other].classic.timeout > 0, others.count > 1,
                            repeats(of: knocks, opening: others) != nil
                        {
                            continue
                        }
                        return diagnostic(
                            at: door, door.named(own.line), after: doors[other].named(opener.line), repeated)
                    }
                }
            }
            return nil
        }
    }

    private static func diagnostic(
        at door: DoorSection, _ name: String, after otherName: String, _ repeated: [Knock]
    ) -> Diagnostic {
        let what = repeated.count == 1 ? "one late repetition of \(repeated[0])" : "a second try"
        return door.heading.diagnostic(
            .warning,
            "after the knocks of door \(otherName), \(what) opens door \(name) too; change the order, so that no "
                + "sequence goes on where the other one begins")
    }

    /// How much of another door's sequence has to follow the whole of it to open this door, which the sequence alone does
    /// not; nil where that does not open it.
    private static func repeats(of others: [Knock], opening knocks: [Knock]) -> [Knock]? {
        guard !DoorPairs.completes(knocks, on: others), DoorPairs.completes(knocks, on: others + others) else {
            return nil
        }
        let count =
            others.indices.first { DoorPairs.completes(knocks, on: others + others[...$0]) } ?? others.endIndex - 1
        return Array(others[...count])
    }
}
