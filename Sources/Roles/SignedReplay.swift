import Configuration
import Doors
import Events
import Keys
import Linux
import Packets
import SignedKnocks

/// Signed knocks in a captured world: what each step of the server would have said to each, by the file's time. What was
/// spent before the capture began is not known.
struct SignedReplay {
    /// What became of a datagram to the signed port.
    enum Outcome {
        case refused(RejectReason, from: Event.KeyLabel?, door: String)
        case copy
        /// It has no live hint, and is signed all the same: some other time, or by another clock.
        case diagnosed(Event)
        case order(OpenOrder, from: Event.KeyLabel, GenerationID, door: String)
    }

    let port: UInt16
    private let window: TimeWindow
    private var keyring = Keyring()
    private var generations: [Keyring.Generation] = []
    private var verifier: KnockVerifier?
    /// Which of the generations the verifier takes for usable.
    private var usable: [Bool] = []
    private var replay: ReplayCache
    private var allowance: OrderAllowance
    /// Of datagrams without a live hint as many are looked at as by the daemon.
    private var samples = SignedPort.newSamples
    private let policy: AccessPolicy

    /// Nil where no door takes signed knocks.
    ///
    /// - Parameter complain: told what is wrong with the key files.
    init?(_ configuration: Configuration, allowsExampleKey: Bool, complain: (String) -> Void) {
        guard configuration.takesSignedKnocks else { return nil }
        let options = configuration.options
        port = options.signedPort
        window = TimeWindow(span: options.timeWindow)
        replay = ReplayCache(window: window)
        allowance = OrderAllowance(source: options.sourceRate, total: options.totalRate)
        policy = AccessPolicy(doors: configuration.doors.compactMap { AccessPolicy.Entry($0) })
        let found = KeyDirectory.read(
            options.keyDirectory, serverName: options.serverName, allowExample: allowsExampleKey)
        for diagnostic in found.diagnostics { complain(diagnostic.description) }
        do {
            try keyring.take(found.entries.map(\.key), keeping: [])
        } catch {
            complain("\(error)")
        }
        allowance.keyCount = keyring.keyCount
        generations = keyring.all
        let ids = generations.map(\.id)
        _ = replay.setGenerations(ids, now: 0, monotonic: 0)
    }

    var keyCount: Int { keyring.keyCount }

    /// Takes a datagram through all steps, and spends it if it gets that far.
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
            return judge(verified, now: now, wall: wall)
        }
    }

    /// Which generations count depends on the time; so do the hints.
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

    /// What the daemon's log says of a datagram without a live hint; nil if that is nothing.
    private mutating func diagnose(_ knock: UnverifiedKnock, now: Milliseconds, wall: UInt64) -> Event? {
        guard samples.take(now: now), let found = try? verifier?.diagnose(knock, now: wall) else { return nil }
        let standing = keyring.standing(of: generations[found.generation], at: UnixSeconds(clamping: wall / 1000))
        // What is revoked is nobody's.
        if standing == .revoked { return nil }
        return .signedWithoutHint(
            from: label(found.generation), source: knock.source, skew: found.skew, isUsable: standing.isUsable)
    }

    private mutating func judge(_ knock: VerifiedKnock, now: Milliseconds, wall: UInt64) -> Outcome {
        let generation = generations[knock.generation]
        let (label, door) = (label(knock.generation), knock.body.door)
        let order: OpenOrder
        switch policy.judge(knock, by: generation.key) {
        case .failure(let reason): return .refused(reason, from: label, door: door)
        case .success(let found): order = found
        }
        let spent = SpentKnock(
            generation: generation.id, nonce: knock.nonce, timestamp: knock.body.timestamp, door: door,
            address: order.address, operation: order.operation)
        let siblings = keyring.siblings(of: generation.id).map(\.id)
        switch Self.spend(spent, siblings, of: generation.key, knock.source, now, wall, &replay, &allowance) {
        case .copy: return .copy
        case .refused(let reason), .overRate(let reason, _): return .refused(reason, from: label, door: door)
        case .spent: break
        }
        _ = keyring.used(generation.id, at: UnixSeconds(clamping: wall / 1000))
        return .order(order, from: label, generation.id, door: door)
    }

    private static func spend(
        _ knock: SpentKnock, _ siblings: [GenerationID], of key: KeyName, _ source: IPAddress, _ now: Milliseconds,
        _ wall: UInt64, _ replay: inout ReplayCache, _ allowance: inout OrderAllowance
    ) -> SpendOutcome {
        replay.spend(knock, siblings: siblings, source: source, now: wall, monotonic: now) {
            allowance.take(key, from: source, now: now)?.reason
        }
    }

    private func label(_ number: Int) -> Event.KeyLabel {
        Event.KeyLabel(generations[number].key, generation: generations[number].number)
    }
}
