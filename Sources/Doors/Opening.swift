package import Linux
package import Packets

/// Which opening: there is one for a door and an address.
package struct OpeningKey: Hashable, Sendable {
    package let door: DoorIdentity
    package let address: IPAddress

    package init(door: DoorIdentity, address: IPAddress) {
        self.door = door
        self.address = address
    }
}

/// A door open for one address until a deadline, with all that it takes to close it again: the configuration may have
/// changed by then.
package struct Opening: Equatable, Sendable {
    /// How far it is.
    package enum Phase: Equatable, Sendable {
        /// The start command waits or runs; the opening lasts from its end.
        case starting
        case open
        /// The stop command waits or runs. A knock that came meanwhile begins the next opening after it.
        case closing
    }

    package let key: OpeningKey
    /// What its commands get to know, both alike: that of the knock which began it.
    package let values: CommandValues
    /// The start command as it is run.
    package var startCommand: String
    /// The stop command as it will be run.
    package let stopCommand: String
    package var startLimit: Milliseconds?
    package let stopLimit: Milliseconds
    package var phase: Phase
    /// Who keeps it open, each once, at least one; while it is closing, who did so last.
    package internal(set) var holds: [Hold]
    /// The start command ended with another status than zero.
    package var startFailed = false
    /// What runs its start or stop command, while that runs.
    package var process: ProcessMark?

    /// - Parameter holds: without any it is overdue.
    package init(
        key: OpeningKey, values: CommandValues, startCommand: String, stopCommand: String, startLimit: Milliseconds?,
        stopLimit: Milliseconds, phase: Phase, holds: [Hold]
    ) {
        self.key = key
        self.values = values
        self.startCommand = startCommand
        self.stopCommand = stopCommand
        self.startLimit = startLimit
        self.stopLimit = stopLimit
        self.phase = phase
        self.holds =
            holds.isEmpty ? [Hold(holder: .sequence, generation: nil, openFor: 0, deadline: 0)] : holds
    }

    /// An opening that a classic knock alone holds.
    package init(
        key: OpeningKey, startCommand: String, stopCommand: String, startLimit: Milliseconds?,
        stopLimit: Milliseconds, openFor: Milliseconds, phase: Phase, deadline: Milliseconds
    ) {
        self.init(
            key: key,
            values: CommandValues(
                address: key.address, key: nil, door: key.door.name, seconds: Int(openFor / 1000)),
            startCommand: startCommand, stopCommand: stopCommand, startLimit: startLimit, stopLimit: stopLimit,
            phase: phase,
            holds: [
                Hold(
                    holder: .sequence, generation: nil, openFor: openFor, deadline: deadline,
                    awaitsStart: phase == .starting)
            ])
    }

    /// How long it lasts from the end of the start command: for the longest hold.
    package var openFor: Milliseconds { holds.map(\.openFor).max() ?? 0 }

    /// When it closes, on the since-boot clock: with the last hold. While it is starting, no earlier than this. Zero is
    /// overdue.
    package var deadline: Milliseconds { holds.map(\.deadline).max() ?? 0 }

    /// Makes it overdue: no hold counts any more.
    package mutating func expire() {
        for place in holds.indices { holds[place].end() }
    }

    /// Whether somebody holds it.
    func isHeld(by holder: Holder) -> Bool { holds.contains { $0.holder == holder } }

    /// Adds a hold, or makes the holder's one longer last.
    mutating func join(_ hold: Hold) {
        if let place = holds.firstIndex(where: { $0.holder == hold.holder }) {
            holds[place].extend(by: hold)
        } else {
            holds.append(hold)
        }
    }
}
