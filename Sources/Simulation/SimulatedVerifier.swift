import Base
import Configuration
import DoorControl
import Doorkeeper
import Doors
import Events
import Hints
import Keys
import Listener
import Packets
import SignedKnocks

/// Simulates the steps of docs/PROTOCOL.md for captured datagrams, by the file's time. Knocks that were spent before
/// the capture are unknown to it.
struct SimulatedVerifier {
    /// Result of judging a datagram to the signed port.
    enum Outcome {
        case refused(RejectReason, from: Event.KeyLabel?, door: String)
        /// It has no live hint, but a known key has signed it, for another time or by another clock.
        case diagnosed(Event)
        /// The access rules grant it. It may still be a replay.
        case grant(AccessGrant, Claim.Signature)
    }

    let port: UInt16
    private let window: TimeWindow
    private var keyring = Keyring()
    private var generations: [Keyring.Generation] = []
    private var verifier: KnockVerifier?
    /// Whether each generation is valid for `verifier`.
    private var usable: [Bool] = []
    /// Spent knocks.
    var replay: ReplayCache
    /// Limits how many datagrams without a live hint are diagnosed, as in the daemon.
    private var samples = HintGate.newSamples
    private let policy: AccessPolicy

    /// Nil if no door takes signed knocks.
    ///
    /// - Parameter complain: takes errors of the key files.
    init?(_ configuration: Configuration, allowsExampleKey: Bool, complain: (String) -> Void) {
        guard configuration.takesSignedKnocks else { return nil }
        let options = configuration.options
        port = options.signedPort
        window = TimeWindow(span: options.timeWindow)
        replay = ReplayCache(window: window)
        policy = AccessPolicy(doors: configuration.doors.compactMap { AccessPolicy.Entry($0) })
        let found = KeyDirectory.read(
            options.keyDirectory, serverName: options.serverName, allowExample: allowsExampleKey)
        for diagnostic in found.diagnostics { complain(diagnostic.description) }
        do {
            try keyring.take(found.entries.map(\.key), keeping: [])
        } catch {
            complain("\(error)")
        }
        generations = keyring.all
        let ids = generations.map(\.id)
        _ = replay.setGenerations(ids, now: 0, monotonic: 0)
    }

    var keyCount: Int { keyring.keyCount }

    /// Takes a datagram through steps 1 to 6.
    mutating func judge(_ knock: UnverifiedKnock, now: Milliseconds) -> Outcome {
        let wall = UInt64(clamping: now)
        guard let verdict = try? verify(knock, at: wall) else { return .refused(.unknownHint, from: nil, door: "") }
        switch verdict {
        case .refused(.unknownHint, _, _):
            if let event = diagnose(knock, now: now, wall: wall) { return .diagnosed(event) }
            return .refused(.unknownHint, from: nil, door: "")
        case .refused(let reason, let number, let body):
            return .refused(reason, from: number.map(label), door: body?.door ?? "")
        case .verified(let verified):
            return judge(verified)
        }
    }

    /// Verifies a datagram with the generations and hints that are valid at this time.
    private mutating func verify(_ knock: UnverifiedKnock, at wall: UInt64) throws(CryptoError) -> KnockVerifier.Verdict
    {
        let seconds = UnixSeconds(clamping: wall / 1000)
        let isUsable = generations.map { keyring.standing(of: $0, at: seconds).isUsable }
        if verifier == nil || isUsable != usable {
            usable = isUsable
            verifier = try KnockVerifier(generations: zip(generations.map(\.keys), isUsable).map { $0 }, window: window)
        }
        guard let verifier else { throw CryptoError("EVP_MAC_CTX_new") }
        _ = try verifier.newHints(at: wall)
        return try verifier.verify(knock, now: wall)
    }

    /// Returns the event of a datagram without a live hint; nil if the daemon would log none.
    private mutating func diagnose(_ knock: UnverifiedKnock, now: Milliseconds, wall: UInt64) -> Event? {
        guard samples.take(now: now), let found = try? verifier?.diagnose(knock, now: wall) else { return nil }
        let standing = keyring.standing(of: generations[found.generation], at: UnixSeconds(clamping: wall / 1000))
        // A datagram of a revoked generation is noise.
        if standing == .revoked { return nil }
        return .signedWithoutHint(
            from: label(found.generation), source: knock.source, skew: found.skew, isUsable: standing.isUsable)
    }

    private func judge(_ knock: VerifiedKnock) -> Outcome {
        let generation = generations[knock.generation]
        let (label, door) = (label(knock.generation), knock.body.door)
        switch policy.judge(AccessRequest(knock), by: generation.key) {
        case .failure(let reason): return .refused(reason, from: label, door: door)
        case .success(let grant):
            let spent = SpentKnock(
                generation: generation.id, nonce: knock.nonce, timestamp: knock.body.timestamp, door: door,
                address: grant.address, operation: grant.operation)
            let siblings = keyring.siblings(of: generation.id).map(\.id)
            return .grant(grant, Claim.Signature(label: label, spent: spent, siblings: siblings))
        }
    }

    /// Notes that a knock of this generation was accepted.
    mutating func used(_ generation: GenerationID, now: Milliseconds) {
        _ = keyring.used(generation, at: UnixSeconds(clamping: UInt64(clamping: now) / 1000))
    }

    private func label(_ number: Int) -> Event.KeyLabel {
        Event.KeyLabel(generations[number].key, generation: generations[number].number)
    }
}
