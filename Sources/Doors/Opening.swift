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
    /// The start command as it is run.
    package var startCommand: String
    /// The stop command as it will be run.
    package let stopCommand: String
    package var startLimit: Milliseconds?
    package let stopLimit: Milliseconds
    /// How long it lasts from the end of the start command, or from a knock that extends it.
    package let openFor: Milliseconds
    package var phase: Phase
    /// When it closes, on the since-boot clock; while it is starting, no earlier than this.
    package var deadline: Milliseconds
    /// The start command ended with another status than zero.
    package var startFailed = false
    /// What runs its start or stop command, while that runs.
    package var process: ProcessMark?

    package init(
        key: OpeningKey, startCommand: String, stopCommand: String, startLimit: Milliseconds?,
        stopLimit: Milliseconds, openFor: Milliseconds, phase: Phase, deadline: Milliseconds
    ) {
        self.key = key
        self.startCommand = startCommand
        self.stopCommand = stopCommand
        self.startLimit = startLimit
        self.stopLimit = stopLimit
        self.openFor = openFor
        self.phase = phase
        self.deadline = deadline
    }
}
