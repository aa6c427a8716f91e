import Keys
import Ledger

/// The times when generations of keys were accepted, from the ledger.
struct KeyUses: Equatable {
    /// Nil if no ledger is read.
    var uses: [GenerationID: KeyUse]?
    /// The reason why a ledger cannot be read.
    var complaint: String?
    /// The generations of these keys that a running daemon has in force.
    var inForce: KeysInForce?

    var firstUses: KeyRotation.FirstUses { uses?.mapValues(\.firstUsed) ?? [:] }

    /// Reads the ledger of this StateFile, if there is one to read.
    static func read(_ place: KeyPlace) -> KeyUses {
        guard let stateFile = place.stateFile else { return KeyUses() }
        if let uses = Ledger.readKeyUse(stateFile: stateFile) {
            let inForce = Ledger.readKeysInForce(stateFile: stateFile)
            return KeyUses(uses: uses, inForce: inForce?.directory == place.directory ? inForce : nil)
        }
        return KeyUses(
            complaint: "\(stateFile): the ledger cannot be read, so it is unknown when keys were used; run as root")
    }
}
