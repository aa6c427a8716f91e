import Doors
import Knocks
import Packets

/// Warns of doors whose knocks open another door too.
///
/// No door can keep another one shut: the matcher judges each door by all packets that arrive, and a client that knocks
/// at one door sends only that door's knocks. The opposite can happen. If the knocks of one door contain a whole
/// sequence of another, a client that opens the one also opens the other, so the first cannot be opened alone.
enum DoorPairs {
    /// The first doors, as many as have few enough sequences for all to be compared with each other.
    static func compared(_ sections: [DoorSection]) -> ArraySlice<DoorSection> {
        var count = 0
        return sections.prefix { section in
            count += max(section.classic.openers.count, 1)
            return count <= ConfigurationLimits.comparedSequences
        }
    }

    /// The indices of the doors at which each knock occurs.
    static func places(_ doors: ArraySlice<DoorSection>) -> [Knock: [Int]] {
        var places: [Knock: [Int]] = [:]
        for (number, door) in doors.enumerated() {
            let knocks = Set(door.classic.openers.flatMap(\.sequence.knocks))
            for knock in knocks { places[knock, default: []].append(number) }
        }
        return places
    }

    /// Warnings, at most one a door, in no order.
    ///
    /// - Parameter strict: the default for doors without `strict_sequence`.
    static func diagnostics(_ sections: [DoorSection], strict: Bool) -> [Diagnostic] {
        let doors = compared(sections)
        let places = places(doors)
        var said: [Int: Diagnostic] = [:]
        for (number, door) in doors.enumerated() {
            for opener in door.classic.openers {
                guard let first = opener.sequence.knocks.first else { continue }
                for other in places[first] ?? [] where other != number && said[other] == nil {
                    said[other] = diagnostic(
                        at: doors[other], with: door, opener, isEarlier: number < other,
                        isStrict: door.classic.isStrict ?? strict)
                }
            }
        }
        return Array(said.values)
    }

    /// A warning at a door whose knocks open another one. One of the other door's sequences is enough.
    private static func diagnostic(
        at door: DoorSection, with other: DoorSection, _ opener: (line: Int?, sequence: KnockSequence), isEarlier: Bool,
        isStrict: Bool
    ) -> Diagnostic? {
        guard areOfOnePlace(door, other) else { return nil }
        let others = opener.sequence.knocks
        let hasRivals = other.classic.oneTime.lines.count > 1
        let tolerance = isStrict ? SequenceDoor.tolerance(knocks: others.count, hasRivals: hasRivals) : 0
        for own in door.classic.openers where areSeen(own.sequence.knocks, of: door, by: other) {
            let knocks = own.sequence.knocks
            let (name, otherName) = (door.named(own.line), other.named(opener.line))
            if knocks == others {
                // Of two equal doors, only the later one gets the warning.
                guard isEarlier else { continue }
                return door.heading.diagnostic(
                    .warning,
                    "doors \(otherName) and \(name) have the same knocks and open together; change one of them")
            }
            if completes(others, on: knocks, tolerance: tolerance), others.count == 1 || other.classic.timeout > 0 {
                return door.heading.diagnostic(
                    .warning,
                    "door \(name) cannot be opened alone: its knocks open door \(otherName) on the way; change one of "
                        + "them")
            }
        }
        return nil
    }

    /// Whether the other door accepts the packets that a client of this door sends.
    static func areSeen(_ knocks: [Knock], of door: DoorSection, by other: DoorSection) -> Bool {
        let (rule, otherRule) = (door.classic.flagRule, other.classic.flagRule)
        return rule == otherRule || knocks.allSatisfy { $0.transport == .udp }
            || rule.admitsConnectionAttempts && otherRule.admitsConnectionAttempts
    }

    /// Whether the doors accept knocks in the same VLAN and at the same addresses.
    static func areOfOnePlace(_ door: DoorSection, _ other: DoorSection) -> Bool {
        door.classic.target == other.classic.target && door.classic.vlan?.value == other.classic.vlan?.value
    }

    /// Whether these knocks complete a sequence. Follows the matcher's rules, in their order.
    ///
    /// - Parameter tolerance: the number of wrong packets that the door tolerates between two knocks.
    static func completes(_ sequence: [Knock], on knocks: [Knock], tolerance: Int = 0) -> Bool {
        if tolerance > 0 { return completesStrictly(sequence, on: knocks, tolerance) }
        var stage = 0
        for knock in knocks {
            if knock == sequence[stage] {
                stage += 1
                if stage == sequence.count { return true }
            } else if stage > 0, knock == sequence[stage - 1] {
                continue
            } else {
                stage = knock == sequence[0] ? 1 : 0
            }
        }
        return false
    }

    private static func completesStrictly(_ sequence: [Knock], on knocks: [Knock], _ tolerance: Int) -> Bool {
        // The place where the knock of each stage was seen last.
        var met = [Int?](repeating: nil, count: sequence.count)
        for (place, knock) in knocks.enumerated() {
            for stage in sequence.indices.reversed() where sequence[stage] == knock {
                if stage == 0 || met[stage - 1].map({ place - $0 <= tolerance + 1 }) ?? false { met[stage] = place }
            }
        }
        return met.last != .some(nil)
    }
}

extension DoorSection {
    /// The door's name for a warning, with a line of its one-time file if one is given.
    func named(_ line: Int?) -> String {
        "'\(identity.name)'" + (line.map { " (line \($0) of its one-time sequences)" } ?? "")
    }
}
