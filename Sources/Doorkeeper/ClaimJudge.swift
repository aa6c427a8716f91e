import Base
import DoorControl
import Doors
import Events
import KeyMessages
import Keys
import SignedKnocks

/// Judges the Verifier's claims by the current keys and doors. It repeats steps 2, 5 and 6 of docs/PROTOCOL.md, since
/// the configuration and the keys may have changed.
struct ClaimJudge {
    enum Verdict: Equatable {
        /// The claim may go on to the doors.
        case claim(Claim)
        case refused(RejectReason, by: Event.KeyLabel)
        /// The generation no longer exists.
        case unknownGeneration
    }

    /// Index in the configuration of each door that takes signed knocks, by name.
    private let places: [String: Int]
    /// Access rules of those doors.
    private let policy: AccessPolicy
    /// Wider than the Verifier's window: the Verifier checked the time earlier.
    private let window: TimeWindow

    /// - Parameters:
    ///   - entries: the access rules of the doors that take signed knocks.
    ///   - window: largest difference between a signed knock's time and this host's clock.
    init(doors: [Door] = [], _ entries: [AccessPolicy.Entry] = [], window: Milliseconds = 0) {
        let signed = doors.enumerated().filter { $1.signed != nil }
        places = Dictionary(signed.map { ($1.identity.name, $0) }) { first, _ in first }
        policy = AccessPolicy(doors: entries)
        self.window = TimeWindow(span: window + DoorkeeperLimits.orderDelay)
    }

    /// - Parameter doors: doors of the current configuration. The sequences of a one-time file may have changed since
    ///   `init`.
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
        // The generation was valid for the Verifier, but may have ended since.
        guard keyring.standing(of: generation, at: UnixSeconds(clamping: wall / 1000)).isUsable else {
            return .failure(.generationEnded)
        }
        guard window.contains(claim.timestamp, now: wall) else {
            return .failure(.outsideWindow(skew: TimeWindow.skew(of: claim.timestamp, now: wall)))
        }
        return policy.judge(claim.request, by: generation.key)
    }
}
