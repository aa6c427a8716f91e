import Base
import Configuration
import DoorControl
import Events
import KeyMessages
import Linux

/// The Doorkeeper's part for signed knocks: `KeyService` judges the Verifier's claims again, and the doors admit the
/// rest.
extension Doorkeeper {
    /// Handles claims of the Verifier.
    func accept(_ claims: [SignedClaim], now: Milliseconds) {
        guard !claims.isEmpty, leaving == nil else { return }
        admit(claims.compactMap { claim(of: $0, now: now) })
        // The Verifier could otherwise make the queue of answers grow without limit.
        if verifier.isBehind { endVerifier("too many orders at once") }
    }

    /// Judges a claim again; nil if it is refused, which is answered here. Its nonce is not spent, so the knock may be
    /// valid later.
    private func claim(of claim: SignedClaim, now: Milliseconds) -> Claim? {
        switch keys.verdict(on: claim, doors: configuration.doors, now: Clock.wallMilliseconds()) {
        case .claim(let claim): return claim
        case .refused(let reason, let label):
            // Anyone who has captured a datagram can repeat it, so this line has a budget.
            journal.tellOfStranger(
                .signed(.refused(reason, from: label, door: claim.door, source: claim.source)), now: now)
        case .unknownGeneration: break
        }
        // The Verifier expects no answer to a surplus claim.
        if !claim.isSurplus {
            verifier.send([.decided(generation: claim.generation, nonce: claim.nonce, isSpent: false)])
        }
        return nil
    }
}
