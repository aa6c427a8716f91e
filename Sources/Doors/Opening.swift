package import Base
import Keys
package import Packets

/// Which opening: there is one for a door and an address, unless the door's commands tell keys apart.
package struct OpeningKey: Hashable, Sendable {
    package let door: DoorIdentity
    package let address: IPAddress
    /// Which of several openings for one address: empty for the only one; the key's name where commands name the key;
    /// for an opening that a later one has replaced before its stop command succeeded, what `replaced(_:)` says.
    package let part: String

    package init(door: DoorIdentity, address: IPAddress, part: String = "") {
        self.door = door
        self.address = address
        self.part = part
    }

    /// Where a holder's opening is, at a door whose commands name the key, or do not.
    package init(door: DoorIdentity, address: IPAddress, of holder: Holder, namesKey: Bool) {
        self.init(door: door, address: address, part: namesKey ? holder.keyName?.description ?? "" : "")
    }

    /// The place of an opening that has to be closed still while another one begins in its place. No key's name has a
    /// blank.
    package func replaced(_ stopCommand: String) -> OpeningKey {
        OpeningKey(door: door, address: address, part: "stop \(part) \(stopCommand)")
    }

    /// Whether it is such a place.
    var isBeside: Bool { part.hasPrefix("stop ") }
}

/// A door open for one address until a deadline, with all that it takes to close it again: the configuration may have
/// changed by then. All of it is on record.
package struct Opening: Equatable, Sendable {
    /// How far it is.
    package enum Phase: Equatable, Sendable {
        /// The start command waits or runs; the opening lasts from its end.
        case starting
        case open
        /// The stop command waits, runs, or has failed and is to be run again. A knock that came meanwhile begins the next
        /// opening after it.
        case closing
    }

    package internal(set) var key: OpeningKey
    /// What its commands get to know, all alike: that of the knock which began it.
    package let values: CommandValues
    /// The commands as they are run.
    package internal(set) var commands: OpeningCommands
    package var phase: Phase
    /// Who keeps it open, each generation once, at least one; while it is closing, who did so last.
    package internal(set) var holds: [Hold]
    /// The start command ended with another status than zero.
    package var startFailed = false
    /// What runs its start or stop command, while that runs.
    package var process: ProcessIdentity?

    /// - Parameter holds: without any it is overdue.
    package init(
        key: OpeningKey, values: CommandValues, commands: OpeningCommands, phase: Phase, holds: [Hold]
    ) {
        self.key = key
        self.values = values
        self.commands = commands
        self.phase = phase
        self.holds =
            holds.isEmpty ? [Hold(holder: .sequence, generation: nil, openFor: 0, deadline: 0)] : holds
    }

    /// How long it lasts from the end of the start command: for the longest hold.
    package var openFor: Milliseconds { holds.map(\.openFor).max() ?? 0 }

    /// When it closes, on the since-boot clock: with the last hold. While it is starting, no earlier than this. Zero is
    /// overdue.
    package var deadline: Milliseconds { holds.map(\.deadline).max() ?? 0 }

    /// How long its start command may run: no longer than the opening is to last, so that one that hangs keeps nothing
    /// open, but 5 s in any case.
    package var startBound: Milliseconds {
        min(commands.startLimit ?? .max, max(openFor, DoorsLimits.shortestStart))
    }

    /// Makes it overdue: no hold counts any more.
    package mutating func expire() {
        for index in holds.indices { holds[index].end() }
    }

    /// This opening in the place of one that another has replaced: overdue, to be closed with its own stop command.
    package func replaced() -> Opening {
        var opening = self
        opening.key = placeBeside
        opening.expire()
        return opening
    }

    /// Ends some of the holds.
    package mutating func endHolds(where isOver: (Hold) -> Bool) {
        for index in holds.indices where isOver(holds[index]) { holds[index].end() }
    }

    /// What its stop command is and does: openings with the same share it.
    package var stopIdentity: String { values.identity(of: commands.stop) }
    /// Where it is kept once a later opening has replaced it: those with the same stop command have one place.
    var placeBeside: OpeningKey { key.replaced(stopIdentity) }
    /// What its start command is and does.
    var startIdentity: String { values.identity(of: commands.start) }

    /// Whether its start command is known to put the same in place as the other one's.
    func isTwin(of other: Opening) -> Bool {
        (commands.isPlain || other.commands.isPlain) && startIdentity == other.startIdentity
    }

    /// Who holds it, each once; who has held it longest comes first.
    package var holders: [Holder] {
        var seen: Set<Holder> = []
        return holds.map(\.holder).filter { seen.insert($0).inserted }
    }

    /// Who has held it longest.
    var firstHolder: Holder { holds.first?.holder ?? .sequence }

    /// Whether somebody holds it.
    func isHeld(by holder: Holder) -> Bool { holds.contains { $0.holder == holder } }

    /// Adds a hold, or makes its owner's one longer last.
    mutating func join(_ hold: Hold) {
        if let index = holds.firstIndex(where: { $0.isOfSameOwner(as: hold) }) {
            holds[index].extend(by: hold)
        } else {
            holds.append(hold)
        }
    }
}
