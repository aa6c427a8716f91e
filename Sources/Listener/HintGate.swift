package import Base
import Capture
import Decoding
import Hints
import Linux
import Messages
import Packets

/// What the Listener does with datagrams to the signed port: those with a live hint go to the Verifier, each hint's within
/// a share of its own, and of the others two a second, for diagnosis.
package struct HintGate: ~Copyable {
    /// How many datagrams without a live hint are looked at.
    package static var newSamples: TokenBucket {
        TokenBucket(burst: ListenerLimits.samples.burst, perSecond: ListenerLimits.samples.perSecond)
    }

    private var hints = LiveHints()
    private var detector = FloodDetector()
    private var shares: [TokenBucket] = []
    private var samples = Self.newSamples
    private var queue = CandidateQueue()
    private var leftOut = LeftOutDatagrams()
    /// Since the last turn ended, datagrams with a live hint and without one.
    private var turn = (live: 0, junk: 0)
    /// Junk since the last rest began, and when that was.
    private var gathered = (count: 0, since: 0 as Milliseconds)
    /// Until then datagrams may gather before they are looked at.
    private(set) var restsUntil: Milliseconds = 0

    /// Whether any hints have come.
    var hasHints: Bool { hints.haveCome }

    /// Whether messages wait for room.
    var isWaiting: Bool { queue.isWaiting }

    /// When to tell what was counted; nil while nothing was.
    var nextTelling: Milliseconds? { leftOut.nextTelling }

    /// Adds hints from the Verifier. True once they count.
    mutating func add(_ batch: HintBatch) -> Bool {
        guard let generations = hints.add(batch) else { return false }
        // Shares stay as they are: who has used his up has used it up.
        while shares.count < generations {
            let share = ListenerLimits.datagramsOfGeneration
            shares.append(TokenBucket(burst: share.burst, perSecond: share.perSecond))
        }
        return true
    }

    /// Handles a datagram, of which `range` in `bytes` is the payload.
    mutating func handle(
        _ bytes: RawSpan, _ range: Range<Int>, from source: IPAddress, isOnLoopback: Bool, now: Milliseconds
    ) {
        guard range.count == SignedKnockLayout.byteCount, let hint = try? bytes.uint64(at: range.lowerBound) else {
            return
        }
        let generation = hints.generation(of: hint)
        if let generation {
            turn.live += 1
            guard shares[generation].take(now: now), queue.reserve(for: generation) else {
                return leftOut.add(overShare: 1, now: now)
            }
        } else {
            leftOut.add(noise: 1, now: now)
            turn.junk += 1
            guard samples.take(now: now) else { return }
        }
        let payload = range.compactMap { try? bytes.uint8(at: $0) }
        guard let knock = UnverifiedKnock(source: source, isOnLoopback: isOnLoopback, bytes: payload) else { return }
        lose(queue.append(CandidateBatch.Candidate(knock: knock, isLive: generation != nil)), now: now)
    }

    private mutating func lose(_ count: Int, now: Milliseconds) {
        if count > 0 { leftOut.add(overShare: UInt64(count), now: now) }
    }

    /// The captures are looked at now: the rest is over.
    mutating func beginTurn() { restsUntil = 0 }

    /// What a look at the captures has brought is taken; where that was nothing, nothing changes.
    mutating func endTurn(now: Milliseconds) {
        let (live, junk) = turn
        guard live + junk > 0 else { return }
        turn = (0, 0)
        detector.count(junk, now: now)
        gathered.count += junk
        // Whoever has a live hint waits for what he sends next, too.
        // A turn that took as many as it may has left some, perhaps.
        guard live == 0, junk < CaptureLimits.packetsATurn else { return }
        let most = Milliseconds(ListenerLimits.gatheredJunk)
        let rest = most * max(now - gathered.since, 1) / Milliseconds(gathered.count)
        restsUntil = now + min(rest, ListenerLimits.longestRest)
        gathered = (0, now)
    }

    // MARK: The kernel's part

    /// The hints that the kernel is to let through, and nothing else, since too much else comes; nil lets all through.
    var onlyHints: [UInt64]? { detector.isGuarding ? hints.few : nil }

    /// Whether too much junk has begun to come, or has ended; nil if nothing is new.
    mutating func takeTelling(now: Milliseconds) -> Bool? {
        detector.advance(to: now)
        return detector.takeTelling()
    }

    /// When to ask for it; nil while nothing is to come.
    var nextLook: Milliseconds? { detector.nextChange }

    // MARK: Handing over

    /// Sends what it can.
    mutating func send(over link: RoleChannel, now: Milliseconds) {
        lose(queue.close(), now: now)
        queue.send(over: link)
    }

    /// What was counted since this was last told, once it is time to tell.
    mutating func takeCounts(now: Milliseconds) -> SignedPortCounts? { leftOut.take(now: now) }
}
