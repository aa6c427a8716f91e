import Base
import Keys
import Packets
import TestSupport
import Testing

@testable import SignedKnocks

/// A server with a disk: it records what it is told to, reports only after that, and may be killed at any moment.
private struct Server {
    /// What is on the disk.
    private(set) var spent: [SpentKnock] = []
    private(set) var floors: [GenerationID: UInt64] = [:]
    /// What the world was told.
    private(set) var accepted: [SpentKnock] = []
    private(set) var refusedForGood: [SpentKnock] = []
    /// When the last one of each generation was refused, in milliseconds since 1970.
    private(set) var refusedAt: [GenerationID: UInt64] = [:]
    /// When a floor was recorded for a refused knock, on the monotonic clock.
    private(set) var records: [GenerationID: [Milliseconds]] = [:]

    private let window: TimeWindow
    private var cache: ReplayCache

    init(window: TimeWindow) {
        self.window = window
        cache = ReplayCache(window: window, reserved: 3, extraPlaces: 100_000)
    }

    mutating func load(_ ids: [GenerationID], now: UInt64, monotonic: Milliseconds) {
        for (id, floor) in cache.setGenerations(ids, now: now, monotonic: monotonic).floors { floors[id] = floor }
    }

    mutating func clockWasSet(now: UInt64, monotonic: Milliseconds) {
        for (id, floor) in cache.clockWasSet(now: now, monotonic: monotonic) { floors[id] = floor }
    }

    /// Killed, and started again with what is on the disk.
    mutating func restart(_ ids: [GenerationID], now: UInt64, monotonic: Milliseconds) {
        cache = ReplayCache(window: window, reserved: 3, extraPlaces: 100_000)
        spent.forEach { cache.restore($0) }
        floors.forEach { cache.restore(floor: $1, of: $0) }
        load(ids, now: now, monotonic: monotonic)
    }

    /// - Parameter isKilled: whether it is killed after it has decided, and before anything is on the disk.
    mutating func judge(
        _ knock: SpentKnock, now: UInt64, monotonic: Milliseconds, isOverRate: Bool, isKilled: Bool
    ) -> SpendOutcome {
        let outcome = cache.spend(
            knock, siblings: [knock.generation], now: now, monotonic: monotonic
        ) { isOverRate ? .tooManyKnocks : nil }
        if isKilled { return outcome }
        switch outcome {
        case .spent(let spending):
            spent.removeAll { spending.forgotten.contains($0.nonce) && $0.generation == knock.generation }
            spent.append(knock)
            if let floor = spending.floor { floors[knock.generation] = floor }
            accepted.append(knock)
        case .overRate(_, let floor):
            if let floor {
                floors[knock.generation] = floor
                records[knock.generation, default: []].append(monotonic)
            }
            refusedForGood.append(knock)
            refusedAt[knock.generation] = now
        case .refused: break
        }
        return outcome
    }
}

struct ReplayCrashTests {
    private static let span: UInt64 = 3000

    /// Knocks old and new, rates that are used up and recover, kills at any point, clocks that are set: what was accepted or
    /// refused for a rate is never accepted again.
    @Test func whatWasReportedStaysSoWhateverHappens() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<30 { try walk(steps: 600, setsClock: true, &random) }
    }

    /// With a clock that is right, nobody waits for longer than he must.
    @Test func aKnockThatIsNewEnoughCountsAfterAnyCrash() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<30 { try walk(steps: 600, setsClock: false, &random) }
    }

    private func walk(steps: Int, setsClock: Bool, _ random: inout SeededGenerator) throws {
        let window = TimeWindow(span: Milliseconds(Self.span))
        var server = Server(window: window)
        let ids = (1...3).map(Sample.id)
        var (now, monotonic): (UInt64, Milliseconds) = (1_000_000, 0)
        var (nonce, known): (UInt64, [SpentKnock]) = (0, [])
        server.load(ids, now: now, monotonic: monotonic)
        for step in 0..<steps {
            let pause = UInt64.random(in: 0...(random.oneIn(10) ? 3000 : 200), using: &random)
            (now, monotonic) = (now + pause, monotonic + Milliseconds(pause))
            if setsClock, random.oneIn(40) {
                now = now - 8000 + UInt64.random(in: 0...16_000, using: &random)
                server.clockWasSet(now: now, monotonic: monotonic)
            }
            if random.oneIn(20) { server.restart(ids, now: now, monotonic: monotonic) }
            // Half of what comes was sent before.
            var knock = known.randomElement(using: &random)
            if knock == nil || Bool.random(using: &random) {
                nonce += 1
                // Clients whose clocks are right, or their owners' own affair.
                let skew =
                    setsClock && random.oneIn(4) ? UInt64.random(in: 0...(2 * Self.span), using: &random) : Self.span
                knock = Sample.knock(nonce, at: now + skew - Self.span, of: UInt64.random(in: 1...3, using: &random))
            }
            let taken = try #require(knock)
            known.append(taken)
            guard window.contains(taken.timestamp, now: now) else { continue }
            let isDecided = server.accepted.contains(taken) || server.refusedForGood.contains(taken)
            let isOverRate = random.oneIn(2)
            let before = server
            let isKilled = random.oneIn(30)
            let outcome = server.judge(
                taken, now: now, monotonic: monotonic, isOverRate: isOverRate, isKilled: isKilled)
            if isDecided {
                #expect(!outcome.isSpent, "step \(step): it was decided before")
            } else if !setsClock, !isOverRate, taken == knock, isNew(taken, to: before) {
                #expect(outcome.isSpent, "step \(step): \(outcome)")
            }
            if isKilled { server.restart(ids, now: now, monotonic: monotonic) }
        }
        for times in server.records.values where !setsClock {
            // Once more where the first of them was old.
            #expect(zip(times, times.dropFirst(2)).allSatisfy { $1 - $0 >= 1000 })
        }
    }

    /// Whether it was signed more than two seconds after the last one of its generation was refused for a rate, and after
    /// the start.
    private func isNew(_ knock: SpentKnock, to server: Server) -> Bool {
        knock.timestamp > server.refusedAt[knock.generation, default: 0] + 2000 && knock.timestamp > 1_000_000
            && !server.accepted.contains(knock)
    }
}
