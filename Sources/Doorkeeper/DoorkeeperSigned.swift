import Base
import Configuration
import DoorControl
import Doors
import Events
import KeyMessages
import Keys
import Linux
import Packets
import SignedKnocks

/// What the Doorkeeper makes of the Verifier's claims: it judges them again by the keys and doors as they are now, and makes
/// claims of them.
extension Doorkeeper {
    /// Acts on claims.
    func accept(_ claims: [SignedClaim], now: Milliseconds) {
        guard !claims.isEmpty, leaving == nil else { return }
        admit(claims.compactMap { claim(of: $0, now: now) })
        // It could make us remember answers without end.
        if verifier.isBehind { endVerifier("more orders than may be under way") }
    }

    /// Whether the addresses of a claim can be those of hosts.
    func areHosts(_ claim: SignedClaim) -> Bool {
        SignedAddress.isAllowed(claim.source, onLoopback: claim.isOnLoopback && interfaces.mayBeLoopback)
            && (claim.address == claim.source || SignedAddress.isAllowed(claim.address, onLoopback: false))
    }

    /// Steps 2, 5 and 6 once more, since the configuration and the keys may have changed. Nil if it is refused; its nonce may
    /// count later then.
    private func claim(of claim: SignedClaim, now: Milliseconds) -> Claim? {
        let wall = Clock.wallMilliseconds()
        guard let generation = signed.keyring[claim.generation] else {
            answer(claim)
            return nil
        }
        switch judge(claim, generation, wall: wall) {
        case .success(let (opening, door)):
            let signature = Claim.Signature(
                label: label(generation), spent: claim.spent,
                siblings: signed.keyring.siblings(of: claim.generation).map(\.id), isSurplus: claim.isSurplus)
            return Claim(opening, at: door, from: claim.source, signature)
        case .failure(let reason):
            // Whoever has caught a datagram can send it as often as he likes.
            journal.tellOfStranger(
                .signed(.refused(reason, from: label(generation), door: claim.door, source: claim.source)), now: now)
            answer(claim)
            return nil
        }
    }

    private func judge(
        _ claim: SignedClaim, _ generation: Keyring.Generation, wall: UInt64
    ) -> Result<(AccessGrant, Door), RejectReason> {
        // It was good when it was sent.
        guard signed.keyring.standing(of: generation, at: UnixSeconds(clamping: wall / 1000)).isUsable else {
            return .failure(.generationEnded)
        }
        // The Verifier's look was some time ago.
        let span = configuration.options.timeWindow + DoorkeeperLimits.orderDelay
        guard TimeWindow(span: span).contains(claim.timestamp, now: wall) else {
            return .failure(.outsideWindow(skew: TimeWindow.skew(of: claim.timestamp, now: wall)))
        }
        return signed.policy.judge(claim.request, by: generation.key).flatMap { opening in
            guard let door = signed.doors[claim.door].map({ configuration.doors[$0] }) else {
                return .failure(.unknownDoor)
            }
            return .success((opening, door))
        }
    }

    /// Its nonce is not spent.
    private func answer(_ claim: SignedClaim) {
        if claim.isSurplus { return }
        verifier.send([.decided(generation: claim.generation, nonce: claim.nonce, isSpent: false)])
    }
}
