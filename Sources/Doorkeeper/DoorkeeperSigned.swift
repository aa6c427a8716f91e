import Base
import Configuration
import DoorControl
import Events
import KeyMessages
import Linux

/// What the Doorkeeper makes of the Verifier's claims: `KeyService` judges them again, and the doors admit what is left.
extension Doorkeeper {
    /// Acts on claims.
    func accept(_ claims: [SignedClaim], now: Milliseconds) {
        guard !claims.isEmpty, leaving == nil else { return }
        admit(claims.compactMap { claim(of: $0, now: now) })
        // It could make us remember answers without end.
        if verifier.isBehind { endVerifier("too many orders at once") }
    }

    /// Nil if it is refused, which is answered: its nonce is not spent, and may count later.
    private func claim(of claim: SignedClaim, now: Milliseconds) -> Claim? {
        switch keys.verdict(on: claim, doors: configuration.doors, now: Clock.wallMilliseconds()) {
        case .claim(let claim): return claim
        case .refused(let reason, let label):
            // Whoever has caught a datagram can send it as often as he likes.
            journal.tellOfStranger(
                .signed(.refused(reason, from: label, door: claim.door, source: claim.source)), now: now)
        case .unknownGeneration: break
        }
        // A surplus claim is not waited for.
        if !claim.isSurplus {
            verifier.send([.decided(generation: claim.generation, nonce: claim.nonce, isSpent: false)])
        }
        return nil
    }
}
