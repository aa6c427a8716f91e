package import Base
import Keys
package import Packets

/// Identifies an opening: there is one for each door and address, unless the door's commands depend on the key.
package struct OpeningKey: Hashable, Sendable {
    package let door: DoorIdentity
    package let address: IPAddress
    /// Tells several openings for one address apart: empty for the only one; the key's name if commands depend on the
    /// key; the result of `replaced(_:)` for an opening that a later one has replaced before its stop command
    /// succeeded.
    package let part: String

    package init(door: DoorIdentity, address: IPAddress, part: String = "") {
        self.door = door
        self.address = address
        self.part = part
    }

    /// The key of a holder's opening, at a door whose commands depend on the key or do not.
    package init(door: DoorIdentity, address: IPAddress, of holder: Holder, namesKey: Bool) {
        self.init(door: door, address: address, part: namesKey ? holder.keyName?.description ?? "" : "")
    }

    /// The key of an opening that must still be closed while another begins in its place. It is unique, since no key's
    /// name has a space.
    package func replaced(_ stopCommand: String) -> OpeningKey {
        OpeningKey(door: door, address: address, part: "stop \(part) \(stopCommand)")
    }

    /// Whether it is the key of a replaced opening.
    var isBeside: Bool { part.hasPrefix("stop ") }
}

/// An opening of a door for one address until a deadline.
///
/// It contains everything needed to close it, since the configuration may have changed by then. The ledger has all of
/// it.
package struct Opening: Equatable, Sendable {
    /// State of the opening.
    package enum Phase: Equatable, Sendable {
        /// The start command waits or runs. The opening's time begins when it ends.
        case starting
        case open
        /// The stop command waits, runs, or has failed and will run again. A knock that came meanwhile begins the next
        /// opening.
        case closing
    }

    package internal(set) var key: OpeningKey
    /// Values for all its commands: those of the knock that began it.
    package let values: CommandValues
    /// Its commands, with all tokens replaced.
    package internal(set) var commands: OpeningCommands
    package var phase: Phase
    /// Its holds, one for each generation and at least one. While it is closing, those it had last.
    package internal(set) var holds: [Hold]
    /// Whether the start command has failed.
    package var startFailed = false
    /// Process of its start or stop command, while that runs.
    package var process: ProcessIdentity?

    /// - Parameter holds: without any, the opening is overdue.
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

    /// Its time from the end of the start command: that of the longest hold.
    package var openFor: Milliseconds { holds.map(\.openFor).max() ?? 0 }

    /// Its end on the since-boot clock: that of the last hold. While it is starting, it ends no earlier than this. Zero
    /// means overdue.
    package var deadline: Milliseconds { holds.map(\.deadline).max() ?? 0 }

    /// Time limit of its start command: the opening's time, so that a hanging command keeps nothing open, but at least
    /// 5 s.
    package var startBound: Milliseconds {
        min(commands.startLimit ?? .max, max(openFor, DoorsLimits.shortestStart))
    }

    /// Makes it overdue, by ending all holds.
    package mutating func expire() {
        for index in holds.indices { holds[index].end() }
    }

    /// Returns this opening as replaced by another one: overdue, to be closed by its own stop command.
    package func replaced() -> Opening {
        var opening = self
        opening.key = placeBeside
        opening.expire()
        return opening
    }

    package mutating func endHolds(where isOver: (Hold) -> Bool) {
        for index in holds.indices where isOver(holds[index]) { holds[index].end() }
    }

    /// The stop command and what determines its effect. Openings with equal ones share the command.
    package var stopIdentity: String { values.identity(of: commands.stop) }
    /// Its key once a later opening has replaced it. Openings with the same stop command have the same one.
    var placeBeside: OpeningKey { key.replaced(stopIdentity) }
    /// The start command and what determines its effect.
    var startIdentity: String { values.identity(of: commands.start) }

    /// Whether its start command is known to have the same effect as the other one's.
    func isTwin(of other: Opening) -> Bool {
        (commands.isPlain || other.commands.isPlain) && startIdentity == other.startIdentity
    }

    /// Its holders, each once, in the order in which they joined.
    package var holders: [Holder] {
        var seen: Set<Holder> = []
        return holds.map(\.holder).filter { seen.insert($0).inserted }
    }

    /// The first of its holders.
    var firstHolder: Holder { holds.first?.holder ?? .sequence }

    /// Whether this holder has a hold on it.
    func isHeld(by holder: Holder) -> Bool { holds.contains { $0.holder == holder } }

    /// Adds a hold, or extends the one of the same owner.
    mutating func join(_ hold: Hold) {
        if let index = holds.firstIndex(where: { $0.isOfSameOwner(as: hold) }) {
            holds[index].extend(by: hold)
        } else {
            holds.append(hold)
        }
    }
}
