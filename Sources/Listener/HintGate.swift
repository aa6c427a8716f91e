package import Base
import Capture
import Decoding
import Hints
import Linux
import Messages
import Packets

/// Sorts datagrams to the signed port.
///
/// Datagrams with a live hint go to the Verifier, within a share for each generation. Of all others, two a second go
/// there as samples, for diagnosis.
package struct HintGate: ~Copyable {
    /// The rate at which datagrams without a live hint become samples.
    package static var newSamples: TokenBucket {
        TokenBucket(burst: ListenerLimits.samples.burst, perSecond: ListenerLimits.samples.perSecond)
    }

    private var hints = LiveHints()
    private var shares: [TokenBucket] = []
    private var flood = FloodGuard()
    private var samples = Self.newSamples
    private var queue = CandidateQueue()
    private var leftOut = LeftOutDatagrams()
    /// Datagrams with a live hint and without one since the last turn ended.
    private var turn = (live: 0, junk: 0)
    /// Datagrams without a live hint since the last pause began, and when it began.
    private var gathered = (count: 0, since: 0 as Milliseconds)
    /// The end of the current pause, in which datagrams wait in the capture's buffer.
    private(set) var restsUntil: Milliseconds = 0

    /// Whether the Verifier has sent hints.
    var hasHints: Bool { hints.haveCome }

    /// Whether messages wait for room in the channel.
    var isWaiting: Bool { queue.isWaiting }

    /// When to report the counts; nil while they are zero.
    var nextTelling: Milliseconds? { leftOut.nextTelling }

    /// Adds hints from the Verifier. True once a complete set is in use.
    mutating func add(_ batch: HintBatch) -> Bool {
        guard let generations = hints.add(batch) else { return false }
        // Existing shares stay as they are: a share that is used up stays used up.
        while shares.count < generations {
            let share = ListenerLimits.datagramsOfGeneration
            shares.append(TokenBucket(burst: share.burst, perSecond: share.perSecond))
        }
        flood.adopt(hints, generations: generations)
        return true
    }

    /// Handles a datagram whose payload is `range` of `bytes`.
    mutating func handle(
        _ bytes: RawSpan, _ range: Range<Int>, from source: IPAddress, isOnLoopback: Bool, now: Milliseconds
    ) {
        guard range.count == SignedKnockLayout.byteCount, let hint = try? bytes.uint64(at: range.lowerBound) else {
            return
        }
        let generation = hints.generation(of: hint)
        if let generation {
            turn.live += 1
            flood.countLive(generation, now: now)
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

    /// Ends the pause, since the captures are being read now.
    mutating func beginTurn() { restsUntil = 0 }

    /// Ends a turn of reading captures, and decides whether to pause. A turn without datagrams changes nothing.
    mutating func endTurn(now: Milliseconds) {
        let (live, junk) = turn
        guard live + junk > 0 else { return }
        turn = (0, 0)
        flood.countJunk(junk, now: now)
        gathered.count += junk
        // No pause after a live hint: its sender's next datagram must not wait either. No pause after a full turn:
        // datagrams may be left.
        guard live == 0, junk < CaptureLimits.packetsATurn else { return }
        let most = Milliseconds(ListenerLimits.gatheredJunk)
        let rest = most * max(now - gathered.since, 1) / Milliseconds(gathered.count)
        restsUntil = now + min(rest, ListenerLimits.longestRest)
        gathered = (0, now)
    }

    // MARK: The kernel's part

    /// What the kernel should do with the datagrams that come.
    var kernelRules: HintRules { flood.rules }

    /// Changes the kernel's rules if datagrams or time have given a reason. True if a flood without live hints has
    /// begun, false if it has ended; nil if neither.
    mutating func followFloods(now: Milliseconds) -> Bool? { flood.advance(hints, to: now) }

    /// When to call `followFloods` next; nil if nothing is due.
    var nextLook: Milliseconds? { flood.nextChange }

    // MARK: Sending

    /// Sends as many batches as the channel takes.
    mutating func send(over link: RoleChannel, now: Milliseconds) {
        lose(queue.close(), now: now)
        queue.send(over: link)
    }

    /// The counts since the last report, if a report is due.
    mutating func takeCounts(now: Milliseconds) -> SignedPortCounts? { leftOut.take(now: now) }
}
