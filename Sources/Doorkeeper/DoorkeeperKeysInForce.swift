import Base
import Configuration
import Keys
import Ledger
import Linux

/// What the Doorkeeper tells programs beside it of the keys that it goes by, in the ledger.
extension Doorkeeper {
    /// The Verifier has new keys before it. Once it has answered, the Listener has their hints before it.
    func askWhetherKeysAreTaken() {
        signed.mustTellOfKeys = true
        verifier.ask()
    }

    /// The Verifier has answered all that it was asked: it goes by the newest keys.
    func keysAreTaken() {
        if signed.mustTellOfKeys { tellOfKeysInForce() }
    }

    /// Records which keys are in force now, if that has changed.
    func tellOfKeysInForce() {
        signed.mustTellOfKeys = false
        let now = UnixSeconds(Clock.wallSeconds())
        let isUsed = configuration.takesSignedKnocks && !signed.isKeyLockTaken
        let directory = isUsed ? configuration.options.keyDirectory : nil
        let usable = isUsed ? signed.keyring.all.filter { signed.keyring.standing(of: $0, at: now).isUsable } : []
        let keys = usable.map { generation in
            KeyInForce(
                generation: generation.id, key: generation.key, server: generation.server, number: generation.number,
                created: generation.created, isFromMemory: signed.fromMemory.contains(generation.key))
        }
        let known = Dictionary(signed.inForce.keys.map { ($0.generation, $0) }) { first, _ in first }
        let ids = Set(keys.map(\.generation))
        signed.inForce.daemon = signed.inForce.daemon ?? ProcessIdentity.own
        let change = KeysInForceChange(
            daemon: signed.inForce.daemon, directory: directory, added: keys.filter { known[$0.generation] != $0 },
            removed: signed.inForce.keys.map(\.generation).filter { !ids.contains($0) })
        guard directory != signed.inForce.directory || !change.added.isEmpty || !change.removed.isEmpty else { return }
        (signed.inForce.directory, signed.inForce.keys) = (directory, keys)
        record(LedgerEntry(keys: change))
    }
}
