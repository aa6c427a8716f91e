import Events
import Keys
import Ledger

/// What is to be done for keys: `KeyService` asks for it, and does none of it. Effects are performed in their order.
enum KeyEffect: Equatable {
    case tell(Event)
    /// Log that knocks may have been spent of which nothing is known; others are valid after this moment, in milliseconds
    /// since 1970.
    case tellLoss(ReplayLoss, until: UInt64)
    /// Record these floors, and that nothing is kept of these generations any more.
    case record(floors: [Floor], gone: [GenerationID])
    /// Record which keys are in force now, for programs beside the daemon.
    case recordKeys(KeysInForceChange)
    /// Read the key files, and hand over what was found.
    case readKeys
    /// Compare the mark beside the keys with the ledger, and hand over what is lost by that.
    case compareMark
    /// Ask what follows from the keys as they are then. What was asked for before is done first: it can change them.
    case applyKeys
    /// Say to the doors how many keys there are.
    case setKeyCount(Int)
    /// End the holds of generations that are revoked.
    case endRevokedHolds
    /// Send all keys and doors to the Verifier.
    case tellVerifier
    /// Wake when the next generation retires.
    case setRetirementTimer

    /// From when on knocks of a generation count.
    struct Floor: Equatable {
        let generation: GenerationID
        let floor: UInt64
    }
}
