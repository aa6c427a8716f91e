package import Base
package import Doors
package import Events
package import Hints
package import Keys

/// An effect that `DoorController` asks for and the Doorkeeper performs.
package enum DoorEffect: Equatable, Sendable {
    /// Run a command when it has its turn. Its outcome comes back with its purpose.
    case run(DoorCommand)
    /// Another holder wants the waiting command too: it may run in that holder's lane.
    case hurry(OpeningKey, for: Holder)
    /// End the start command of this opening, whether it waits or runs. If it does not run, report that with
    /// `takenBack` or `startIsNowhere`.
    case endStart(OpeningKey)
    /// End a process group that an earlier run of the daemon began.
    case endGroup(Int32, atOnce: Bool)
    /// Tell the Verifier whether the nonce is spent.
    case decided(generation: GenerationID, nonce: Nonce, isSpent: Bool)
    case tell(Event, Publicity)

    /// How often a remote host can cause a line.
    package enum Publicity: Equatable, Sendable {
        /// It is always written.
        case always
        /// It needs a proof.
        case proof
        /// It needs no proof.
        case stranger
    }
}

/// A command of a door with all tokens replaced.
package struct DoorCommand: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case start
        case stop
        case check
    }

    /// The reason to run it.
    package enum Purpose: Equatable, Sendable {
        case opening(OpeningKey)
        /// A door without a stop command: nothing follows.
        case once(Claim)

        package var isOnce: Bool { if case .once = self { true } else { false } }

        /// The opening; nil for a command of a door without a stop command.
        package var opening: OpeningKey? { if case .opening(let key) = self { key } else { nil } }

        package var door: DoorIdentity {
            switch self {
            case .opening(let key): key.door
            case .once(let claim): claim.door.identity
            }
        }
    }

    package let kind: Kind
    package let text: String
    package let values: CommandValues
    /// Time limit; nil is no limit.
    package let limit: Milliseconds?
    /// The holder in whose lane it runs.
    package let holder: Holder
    package let purpose: Purpose
}
