import Doors
import Knocks

/// Warns of doors that open if a client knocks twice at another door, or repeats a knock there late.
///
/// Example: `A,B,C` opens and `B,C,A` closes. After A,B,C the second door waits for A. A late repetition of A, or the
/// first knock of a second try, then closes the door just opened. knockd is not affected, since it gives each packet to
/// one door only.
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
                        // Of two doors that open each other, only the later one gets the warning.
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

    /// The part of another door's sequence that, sent after the whole of it, opens this door; nil if that does not open
    /// it, or if the sequence alone does.
    private static func repeats(of others: [Knock], opening knocks: [Knock]) -> [Knock]? {
        guard !DoorPairs.completes(knocks, on: others), DoorPairs.completes(knocks, on: others + others) else {
            return nil
        }
        let count =
            others.indices.first { DoorPairs.completes(knocks, on: others + others[...$0]) } ?? others.endIndex - 1
        return Array(others[...count])
    }
}
