import Base
import Doors
import Hints
import KeyMessages
import Keys
import Messages
import SignedKnocks

/// The Verifier's knowledge and its judgement: which datagram leads to which report. It uses no descriptor.
struct VerifierState: ~Copyable {
    private var rules = VerifierRules()
    private var verifier: KnockVerifier?
    private var policy = AccessPolicy(doors: [])
    private var numbers: [GenerationID: Int] = [:]
    /// Knocks known to be spent or refused for good, so that a flood of replays ends here.
    private var memory = SpentMemory()
    private var undecided = UndecidedClaims()
    /// Whether there is room to report knocks beyond the limit, so that the Doorkeeper refuses them for good.
    var hasRoomForSurplus = true
    /// The live hints, and whether the Listener must be sent them again.
    private var hints: (live: [(hint: UInt64, generation: Int)], areMissing: Bool) = ([], false)
    /// The rate of log lines for each generation, so that one generation cannot keep out the lines of another.
    private var lines = FadingTable<GenerationID, TokenBucket>(time: VerifierLimits.linesKept)
    private var leftOut = LeftOutLines(longestPause: VerifierLimits.leftOutPause)
    private var nextDiagnosis: Milliseconds = 0
    private var wrongTags = WrongTags()

    /// Uses everything that libcrypto loads or creates on first use.
    static func rehearse() throws(CryptoError) {
        Crypto.prepare()
        var zeros = [UInt8](repeating: 0, count: WorkingKeys.size)
        let key = SecretBytes(taking: &zeros)
        _ = try MessageAuthentication(key: key).hint(ofEpoch: 0)
        _ = try BodyCipher().apply(key, Nonce(high: 0, low: 0), to: [0])
    }

    // MARK: Keys and doors

    /// Replaces the keys and doors.
    mutating func apply(_ new: VerifierRules) throws(CryptoError) {
        verifier = try KnockVerifier(
            generations: new.generations.map { ($0.keys, $0.isUsable) }, window: new.window)
        policy = AccessPolicy(doors: new.doors.map(\.entry))
        rules = new
        // The memory identifies generations by their indices, which have changed. The ledger decides in any case.
        memory = SpentMemory()
        numbers = Dictionary(new.generations.enumerated().map { ($1.keys.id, $0) }) { first, _ in first }
        hints.areMissing = true
    }

    /// Whether it has keys to judge with.
    var hasKeys: Bool { verifier != nil }

    mutating func listenerStarted() { hints.areMissing = true }

    /// Handles the decision about a claim; false if no claim of this generation is undecided.
    mutating func decided(_ generation: GenerationID, _ nonce: Nonce, isSpent: Bool) -> Bool {
        guard undecided.remove(of: generation) else { return false }
        if isSpent, let number = numbers[generation] {
            memory.insert(generation: number, nonce: nonce)
        }
        return true
    }

    // MARK: Hints

    /// The hints to send to the Listener; nil if it has them.
    mutating func newHints(now: UInt64) throws(CryptoError) -> [(hint: UInt64, generation: Int)]? {
        guard let verifier else { return nil }
        if let new = try verifier.newHints(at: now) {
            hints.live = new
        } else if !hints.areMissing {
            return nil
        }
        hints.areMissing = false
        return hints.live
    }

    /// When the hints change, in milliseconds since 1970.
    var hintsGoodUntil: UInt64? { verifier?.hintsGoodUntil }

    // MARK: Judging

    /// Judges a datagram; returns the report for the Doorkeeper, if any.
    ///
    /// - Parameters:
    ///   - now: on the monotonic clock.
    ///   - wall: milliseconds since 1970.
    mutating func judge(
        _ candidate: CandidateBatch.Candidate, now: Milliseconds, wall: UInt64
    ) -> VerifierReport? {
        guard let verifier else { return nil }
        let knock = candidate.knock
        do {
            guard candidate.isLive else {
                guard nextDiagnosis <= now else { return nil }
                nextDiagnosis = now + VerifierLimits.diagnosis * Milliseconds(rules.generations.count)
                guard let found = try verifier.diagnose(knock, now: wall) else { return nil }
                let id = rules.generations[found.generation].keys.id
                guard takeLine(of: id, now: now) else { return nil }
                return .diagnosed(generation: id, source: knock.source, skew: found.skew)
            }
            switch try verifier.verify(knock, now: wall) {
            case .verified(let verified): return claim(verified, now: now)
            case .refused(_, nil, _):
                wrongTags.add(now: now)
                return nil
            case .refused(let reason, let number?, let body):
                return refuse(reason, number, door: body?.door ?? "", knock, now: now)
            }
        } catch {
            // libcrypto has no memory: the knock is lost, as it could be on the network.
            return nil
        }
    }

    private mutating func claim(_ knock: VerifiedKnock, now: Milliseconds) -> VerifierReport? {
        let generation = rules.generations[knock.generation]
        switch policy.judge(AccessRequest(knock), by: generation.key) {
        case .failure(let reason): return refuse(reason, knock, now: now)
        case .success(let grant):
            if memory.contains(generation: knock.generation, nonce: knock.nonce) {
                return refuse(.replayed, knock, now: now)
            }
            let id = generation.keys.id
            let isSurplus = !undecided.insert(of: id)
            // The knock is lost, as in a congested network. It is not refused, since no role would remember the refusal.
            guard !isSurplus || hasRoomForSurplus else {
                leftOut.add(now: now)
                return nil
            }
            return .claim(
                SignedClaim(
                    generation: id, nonce: knock.nonce, timestamp: knock.body.timestamp,
                    operation: grant.operation, door: knock.body.door, address: grant.address, source: knock.source,
                    isOnLoopback: knock.isOnLoopback, openFor: grant.openFor,
                    namesAddress: knock.body.address != nil, isSurplus: isSurplus))
        }
    }

    private mutating func refuse(
        _ reason: RejectReason, _ knock: VerifiedKnock, now: Milliseconds
    ) -> VerifierReport? {
        let id = rules.generations[knock.generation].keys.id
        guard takeLine(of: id, now: now) else { return nil }
        return .refused(reason, generation: id, door: knock.body.door, source: knock.source)
    }

    private mutating func refuse(
        _ reason: RejectReason, _ generation: Int, door: String, _ knock: UnverifiedKnock, now: Milliseconds
    ) -> VerifierReport? {
        let id = rules.generations[generation].keys.id
        guard takeLine(of: id, now: now) else { return nil }
        return .refused(reason, generation: id, door: door, source: knock.source)
    }

    /// Whether one more log line about a generation is allowed; otherwise counts it as omitted.
    private mutating func takeLine(of generation: GenerationID, now: Milliseconds) -> Bool {
        lines.turn(now: now)
        let full = VerifierLimits.linesOfGeneration
        var bucket = lines[generation] ?? TokenBucket(burst: full.burst, count: full.count, in: full.interval)
        defer { lines.write(bucket, for: generation) }
        if bucket.take(now: now) { return true }
        leftOut.add(now: now)
        return false
    }

    // MARK: Counts

    /// When to call `takeTellings`; nil if no report is due.
    var nextTelling: Milliseconds? { [wrongTags.nextTelling, leftOut.nextTelling].compactMap { $0 }.min() }

    /// The reports of counts that are due.
    mutating func takeTellings(now: Milliseconds) -> [VerifierReport] {
        var reports: [VerifierReport] = []
        if let count = leftOut.take(now: now) { reports.append(.leftOut(UInt32(clamping: count))) }
        if let count = wrongTags.take(now: now) { reports.append(.wrongTags(UInt32(clamping: count))) }
        return reports
    }
}
