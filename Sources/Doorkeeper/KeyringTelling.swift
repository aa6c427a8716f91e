import KeyMessages
import Keys
import Ledger

/// What others are told of the keys.
extension Keyring {
    /// The generations that count.
    func usable(at now: UnixSeconds) -> [Generation] {
        all.filter { standing(of: $0, at: now).isUsable }
    }

    /// What the Verifier is told: all but what is revoked, which is nobody's.
    func verifierControls(at now: UnixSeconds) -> [VerifierControl] {
        all.compactMap { generation in
            let standing = standing(of: generation, at: now)
            if standing == .revoked { return nil }
            return .generation(
                key: generation.key, number: UInt32(clamping: generation.number), isUsable: standing.isUsable,
                generation.keys)
        }
    }

    /// What programs beside the daemon are told: the generations that count.
    ///
    /// - Parameter fromMemory: keys that are in force though their files would be refused at the next start.
    func inForce(at now: UnixSeconds, fromMemory: Set<KeyName>) -> [KeyInForce] {
        usable(at: now).map { generation in
            KeyInForce(
                generation: generation.id, key: generation.key, server: generation.server, number: generation.number,
                created: generation.created, isFromMemory: fromMemory.contains(generation.key))
        }
    }
}
