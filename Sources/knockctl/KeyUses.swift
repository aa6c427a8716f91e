import Keys
import Ledger

/// When the generations of keys were accepted, as the ledger has it.
struct KeyUses: Equatable {
    /// Nil where no ledger is read.
    var uses: [GenerationID: KeyUse]?
    /// What kept a ledger from being read.
    var complaint: String?
    /// What a daemon that runs has in force, of these keys.
    var inForce: KeysInForce?

    var firstUses: KeyRotation.FirstUses { uses?.mapValues(\.firstUsed) ?? [:] }

    /// What the ledger of this StateFile knows, if one is to be read.
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
