import Events
import Keys
import Ledger

/// An effect that `KeyService` asks for and the Doorkeeper performs, in order.
enum KeyEffect: Equatable {
    case tell(Event)
    /// Log that a record of spent knocks was lost, and that knocks later than this moment, in milliseconds since 1970,
    /// are valid.
    case tellLoss(ReplayLoss, until: UInt64)
    /// Record these floors, and drop all that is recorded of the generations that are gone.
    case record(floors: [Floor], gone: [GenerationID])
    /// Record the keys in force, for other programs.
    case recordKeys(KeysInForceChange)
    /// Read the key files, and pass the result back.
    case readKeys
    /// Compare the mark beside the keys with the ledger, and report a loss.
    case compareMark
    /// Call `applyKeys`. Earlier effects come first, since they can change the keys.
    case applyKeys
    /// Pass the number of keys to the doors.
    case setKeyCount(Int)
    /// End the holds of generations that are revoked.
    case endRevokedHolds
    /// Send all keys and doors to the Verifier.
    case tellVerifier
    /// Wake when the next generation retires.
    case setRetirementTimer

    /// The time from which on knocks of a generation are valid.
    struct Floor: Equatable {
        let generation: GenerationID
        let floor: UInt64
    }
}
