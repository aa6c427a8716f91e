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

    typealias Counts = SignedPortCounts

    private var table = HintTable()
    /// Those of the table, if they are few enough for the kernel's filter.
    private var fewHints: [UInt64]?
    private var detector = FloodDetector()
    /// Whether any hints have come.
    private(set) var hasHints = false
    private var newHints: [(hint: UInt64, generation: Int)] = []
    private var shares: [TokenBucket] = []
    private var samples = Self.newSamples
    private var batch = CandidateBatch()
    private var waiting: [[UInt8]] = []
    /// By generation, how many have joined the queue since nothing waited.
    private var queued: [Int: Int] = [:]
    private var (noise, overShare) = (Counter(), Counter())
    /// Since the last turn ended, datagrams with a live hint and without one.
    private var turn = (live: 0, junk: 0)
    /// Junk since the last rest began, and when that was.
    private var gathered = (count: 0, since: 0 as Milliseconds)
    /// Until then datagrams may gather before they are looked at.
    private(set) var restsUntil: Milliseconds = 0
    /// When to tell what was counted; nil while nothing was.
    private(set) var nextTelling: Milliseconds?

    /// Whether messages wait for room.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Adds hints from the Verifier. True once they count.
    mutating func add(_ hints: HintBatch) -> Bool {
        if hints.isFirst { newHints = [] }
        guard newHints.count <= ListenerLimits.hints else { return false }
        newHints += hints.hints
        guard hints.isLast else { return false }
        table = HintTable(newHints)
        fewHints = newHints.count <= HintsLimits.hintsInFilter ? newHints.map(\.hint) : nil
        hasHints = true
        // Shares stay as they are: who has used his up has used it up.
        let generations = (newHints.map(\.generation).max() ?? -1) + 1
        while shares.count < generations {
            let share = ListenerLimits.datagramsOfGeneration
            shares.append(TokenBucket(burst: share.burst, perSecond: share.perSecond))
        }
        newHints = []
        return true
    }

    /// Handles a datagram, of which `range` in `bytes` is the payload.
    mutating func handle(
        _ bytes: RawSpan, _ range: Range<Int>, from source: IPAddress, isOnLoopback: Bool, now: Milliseconds
    ) {
        guard range.count == SignedKnockLayout.byteCount, let hint = try? bytes.uint64(at: range.lowerBound) else {
            return
        }
        let generation = table.first(hint)
        if let generation {
            turn.live += 1
            guard shares[generation].take(now: now),
                queued[generation, default: 0] < ListenerLimits.queuedOfGeneration
            else { return leaveOut(1, now: now) }
            queued[generation, default: 0] += 1
        } else {
            noise.add()
            turn.junk += 1
            nextTelling = nextTelling ?? now + ListenerLimits.countsPause
            guard samples.take(now: now) else { return }
        }
        let payload = range.compactMap { try? bytes.uint8(at: $0) }
        guard let knock = UnverifiedKnock(source: source, isOnLoopback: isOnLoopback, bytes: payload) else { return }
        if batch.isFull { close(now: now) }
        batch.append(CandidateBatch.Candidate(knock: knock, isLive: generation != nil))
    }

    /// The batch is complete: there is nothing more to come for now.
    private mutating func close(now: Milliseconds) {
        if waiting.count < ListenerLimits.waitingBatches {
            waiting.append(batch.message)
        } else {
            leaveOut(UInt64(batch.candidates.count), now: now)
        }
        batch = CandidateBatch()
    }

    private mutating func leaveOut(_ count: UInt64, now: Milliseconds) {
        overShare.add(count)
        nextTelling = nextTelling ?? now + ListenerLimits.countsPause
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
    var onlyHints: [UInt64]? { detector.isGuarding ? fewHints : nil }

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
        if !batch.isEmpty { close(now: now) }
        var sent = 0
        while sent < waiting.count, case .sent = link.send(waiting[sent]) { sent += 1 }
        waiting.removeFirst(sent)
        if waiting.isEmpty { queued.removeAll(keepingCapacity: true) }
    }

    /// What was counted since this was last told, once it is time to tell.
    mutating func takeCounts(now: Milliseconds) -> Counts? {
        guard let moment = nextTelling, moment <= now else { return nil }
        nextTelling = nil
        return Counts(noise: noise.report(), overShare: overShare.report())
    }
}
