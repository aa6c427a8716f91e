package import Base
package import Doors
package import Events
package import Hints
package import Keys

/// What is to be done for doors: `DoorController` asks for it, and does none of it.
package enum DoorEffect: Equatable, Sendable {
    /// Run a command when there is a place for it; what becomes of it is told with its purpose.
    case run(DoorCommand)
    /// Somebody else wants what waits for this purpose as well: it may run among his commands.
    case hurry(OpeningKey, for: Holder)
    /// End the start command of this opening, whether it waits or runs, and say which with `takenBack` or `startIsNowhere`.
    case endStart(OpeningKey)
    /// End a process group that an earlier run of the daemon began.
    case endGroup(Int32, atOnce: Bool)
    /// Answer the Verifier: whether the nonce counts no more.
    case decided(generation: GenerationID, nonce: Nonce, isSpent: Bool)
    case tell(Event, Publicity)

    /// How often somebody can have a line written.
    package enum Publicity: Equatable, Sendable {
        /// As often as it happens: always written.
        case always
        /// With a proof.
        case proof
        /// Without one.
        case stranger
    }
}

/// A command of a door, all its tokens replaced.
package struct DoorCommand: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case start
        case stop
        case check
    }

    /// What it is run for.
    package enum Purpose: Equatable, Sendable {
        case opening(OpeningKey)
        /// A door without a stop command: nothing follows.
        case once(Claim)

        package var isOnce: Bool { if case .once = self { true } else { false } }

        /// Nil for what is run once.
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
    /// How long it may run; nil is for ever.
    package let limit: Milliseconds?
    /// Among whose commands it is.
    package let holder: Holder
    package let purpose: Purpose
}
