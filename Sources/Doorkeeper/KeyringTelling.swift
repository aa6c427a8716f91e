import KeyMessages
import Keys
import Ledger

/// The keys as other components need them.
extension Keyring {
    /// The generations that are valid now.
    func usable(at now: UnixSeconds) -> [Generation] {
        all.filter { standing(of: $0, at: now).isUsable }
    }

    /// Controls for the Verifier: all generations but revoked ones. A datagram of a revoked generation is noise.
    func verifierControls(at now: UnixSeconds) -> [VerifierControl] {
        all.compactMap { generation in
            let standing = standing(of: generation, at: now)
            if standing == .revoked { return nil }
            return .generation(
                key: generation.key, number: UInt32(clamping: generation.number), isUsable: standing.isUsable,
                generation.keys)
        }
    }

    /// The keys in force as they are published: the valid generations.
    ///
    /// - Parameter fromMemory: keys in force whose files the next start would refuse.
    func inForce(at now: UnixSeconds, fromMemory: Set<KeyName>) -> [KeyInForce] {
        usable(at: now).map { generation in
            KeyInForce(
                generation: generation.id, key: generation.key, server: generation.server, number: generation.number,
                created: generation.created, isFromMemory: fromMemory.contains(generation.key))
        }
    }
}
