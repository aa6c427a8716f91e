import Base
import DoorControl
import Doors
import Events
import KeyMessages
import Keys
import SignedKnocks

/// Judges the Verifier's claims by the keys and doors as they are now: steps 2, 5 and 6 of docs/PROTOCOL.md once more, since
/// the configuration and the keys may have changed.
struct ClaimJudge {
    enum Verdict: Equatable {
        /// It goes on to the doors.
        case claim(Claim)
        case refused(RejectReason, by: Event.KeyLabel)
        /// Its generation is not there any more.
        case unknownGeneration
    }

    /// Places in the configuration of the doors that take signed knocks, by their names.
    private let places: [String: Int]
    /// Which signed knocks they let in.
    private let policy: AccessPolicy
    /// The Verifier's look was some time ago, so this is wider than the Verifier's.
    private let window: TimeWindow

    /// - Parameters:
    ///   - entries: what the access rules say of those of the doors that take signed knocks.
    ///   - window: how far the time in a signed knock may be from this host's.
    init(doors: [Door] = [], _ entries: [AccessPolicy.Entry] = [], window: Milliseconds = 0) {
        let signed = doors.enumerated().filter { $1.signed != nil }
        places = Dictionary(signed.map { ($1.identity.name, $0) }) { first, _ in first }
        policy = AccessPolicy(doors: entries)
        self.window = TimeWindow(span: window + DoorkeeperLimits.orderDelay)
    }

    /// - Parameter doors: those of the configuration as they are now; a one-time sequence may have been used up.
    func verdict(on claim: SignedClaim, _ keyring: Keyring, doors: [Door], now wall: UInt64) -> Verdict {
        guard let generation = keyring[claim.generation] else { return .unknownGeneration }
        switch judge(claim, generation, keyring, now: wall) {
        case .success(let grant):
            guard let door = places[claim.door].map({ doors[$0] }) else {
                return .refused(.unknownDoor, by: generation.label)
            }
            let signature = Claim.Signature(
                label: generation.label, spent: claim.spent,
                siblings: keyring.siblings(of: claim.generation).map(\.id), isSurplus: claim.isSurplus)
            return .claim(Claim(grant, at: door, from: claim.source, signature))
        case .failure(let reason): return .refused(reason, by: generation.label)
        }
    }

    private func judge(
        _ claim: SignedClaim, _ generation: Keyring.Generation, _ keyring: Keyring, now wall: UInt64
    ) -> Result<AccessGrant, RejectReason> {
        // It was good when it was sent.
        guard keyring.standing(of: generation, at: UnixSeconds(clamping: wall / 1000)).isUsable else {
            return .failure(.generationEnded)
        }
        guard window.contains(claim.timestamp, now: wall) else {
            return .failure(.outsideWindow(skew: TimeWindow.skew(of: claim.timestamp, now: wall)))
        }
        return policy.judge(claim.request, by: generation.key)
    }
}
