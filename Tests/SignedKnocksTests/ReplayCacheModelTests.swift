import Base
import Hints
import Keys
import Packets
import TestSupport
import Testing

@testable import SignedKnocks

/// The rules once more, as plainly as they can be written: lists that are sorted and counted anew each time.
private struct Model {
    struct Generation {
        var kept: [SpentKnock] = []
        var settled: UInt64?
        var lost: (until: UInt64, since: Milliseconds, hasAccepted: Bool)?

        var floor: UInt64? {
            [settled, lost?.until].compactMap { $0 }.max()
        }
    }

    let span: UInt64
    let reserved: Int
    let extraPlaces: Int
    var generations: [GenerationID: Generation] = [:]
    var lostSince: Milliseconds?

    mutating func stateIsLost(now: UInt64, monotonic: Milliseconds) {
        lostSince = monotonic
        for id in generations.keys { generations[id]?.lost = (now + span, monotonic, false) }
    }

    mutating func setGenerations(_ ids: [GenerationID], now: UInt64, monotonic: Milliseconds) {
        for id in ids where generations[id]?.floor == nil {
            var generation = generations[id] ?? Generation()
            if let lostSince, monotonic - lostSince < 2 * Milliseconds(span) {
                generation.lost = (now + span, lostSince, false)
            } else {
                generation.settled = now
            }
            generations[id] = generation
        }
    }

    mutating func clockWasSet(now: UInt64, monotonic: Milliseconds) {
        for (id, generation) in generations {
            guard let lost = generation.lost, !lost.hasAccepted || monotonic - lost.since < 2 * Milliseconds(span)
            else {
                continue
            }
            generations[id]?.lost?.until = now + span
        }
    }

    func extra(_ id: GenerationID) -> Int { max(0, (generations[id]?.kept.count ?? 0) - reserved) }

    /// Those that may be forgotten, in the order in which they go.
    func forgettable(_ id: GenerationID, now: UInt64) -> [SpentKnock] {
        let kept = generations[id]?.kept ?? []
        return kept.filter { knock in
            knock.timestamp + span < now && kept.count { $0.timestamp > knock.timestamp } >= reserved
        }.sorted { $0.precedes($1) }
    }

    /// Forgets, and checks that it was allowed and in order.
    mutating func forget(_ nonces: [Nonce], of id: GenerationID, now: UInt64) {
        let allowed = forgettable(id, now: now).prefix(nonces.count)
        #expect(allowed.map(\.nonce) == nonces)
        generations[id]?.kept.removeAll { nonces.contains($0.nonce) }
        guard let greatest = allowed.map(\.timestamp).max() else { return }
        let former = generations[id]?.settled ?? 0
        generations[id]?.settled = max(former, greatest)
    }

    /// Nil if the knock is to be spent.
    func refusal(
        _ knock: SpentKnock, siblings: [GenerationID], now: UInt64
    ) -> SpendOutcome? {
        guard let generation = generations[knock.generation], let floor = generation.floor else {
            return .refused(.belowFloor(until: .max))
        }
        if knock.timestamp <= floor { return .refused(.belowFloor(until: floor)) }
        if generation.kept.contains(where: { $0.nonce == knock.nonce }) { return .refused(.replayed) }
        let overtakes = siblings.flatMap { generations[$0]?.kept ?? [] }.contains {
            $0.door == knock.door && $0.address == knock.address && $0.operation != knock.operation
                && $0.timestamp > knock.timestamp
        }
        if overtakes { return .refused(.overtaken) }
        return hasRoom(for: knock, now: now) ? nil : .refused(.replayTableFull)
    }

    /// Whether there is room once all has been forgotten that may be.
    func hasRoom(for knock: SpentKnock, now: UInt64) -> Bool {
        var after = self
        after.generations[knock.generation]?.kept.append(knock)
        for id in generations.keys {
            let gone = after.forgettable(id, now: now).map(\.nonce)
            after.generations[id]?.kept.removeAll { gone.contains($0.nonce) }
        }
        let isOverShare = after.extra(knock.generation) > max(extraPlaces / 2, 0)
        let all = generations.keys.reduce(0) { $0 + after.extra($1) }
        return after.extra(knock.generation) == 0 || !isOverShare && all <= extraPlaces
    }

    mutating func spend(_ spending: Spending, now: UInt64) {
        let id = spending.knock.generation
        let former = generations[id]?.floor
        if let elsewhere = spending.elsewhere {
            forget(elsewhere.nonces, of: elsewhere.generation, now: now)
            #expect(elsewhere.generation != id && !elsewhere.nonces.isEmpty)
            #expect(generations[elsewhere.generation]?.floor == elsewhere.floor)
        }
        generations[id]?.kept.append(spending.knock)
        #expect(spending.forgotten.count == forgettable(id, now: now).count, "fewer than are forgotten at once")
        forget(spending.forgotten, of: id, now: now)
        generations[id]?.lost?.hasAccepted = true
        #expect(spending.floor == (generations[id]?.floor == former ? nil : generations[id]?.floor))
        let all = generations.keys.reduce(0) { $0 + extra($1) }
        #expect(all <= extraPlaces && extra(id) <= extraPlaces / 2)
    }
}

struct ReplayCacheModelTests {
    /// Times lie close together, so that windows end, ties occur and floors are met all the time.
    @Test func itSaysWhatTheRulesSay() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<40 { try walk(steps: 400, &random) }
    }

    private func walk(steps: Int, _ random: inout SeededGenerator) throws {
        let span: UInt64 = 20
        let (reserved, extraPlaces) = (Int.random(in: 1...4, using: &random), 2 * Int.random(in: 0...8, using: &random))
        var cache = ReplayCache(
            window: TimeWindow(span: Milliseconds(span)), reserved: reserved, extraPlaces: extraPlaces)
        var model = Model(span: span, reserved: reserved, extraPlaces: extraPlaces)
        let ids = (1...5).map(Sample.id)
        var (now, monotonic): (UInt64, Milliseconds) = (10_000, 0)
        for step in 0..<steps {
            let pause =
                random.oneIn(10) ? UInt64.random(in: 0...60, using: &random) : UInt64.random(in: 0...3, using: &random)
            (now, monotonic) = (now + pause, monotonic + Milliseconds(pause) * (random.oneIn(40) ? 100 : 1))
            switch Int.random(in: 0..<60, using: &random) {
            case 0:
                now = now - 100 + UInt64.random(in: 0...200, using: &random)
                _ = cache.clockWasSet(now: now, monotonic: monotonic)
                model.clockWasSet(now: now, monotonic: monotonic)
            case 1 where random.oneIn(4):
                _ = cache.stateIsLost(now: now, monotonic: monotonic)
                model.stateIsLost(now: now, monotonic: monotonic)
            case 2, 3:
                let present = ids.filter { _ in !random.oneIn(3) }
                _ = cache.setGenerations(present, now: now, monotonic: monotonic)
                model.setGenerations(present, now: now, monotonic: monotonic)
            case 4 where model.lostSince == nil: restart(&cache, &model)
            default: knock(&cache, &model, now: now, monotonic: monotonic, &random)
            }
            for id in ids { #expect(cache.floor(of: id) == model.generations[id]?.floor, "step \(step)") }
            try #require(cache.count == model.generations.values.reduce(0) { $0 + $1.kept.count }, "step \(step)")
        }
    }

    /// Begins again with what a ledger has; floors that follow the clock would not any more.
    private func restart(_ cache: inout ReplayCache, _ model: inout Model) {
        var other = ReplayCache(
            window: TimeWindow(span: Milliseconds(model.span)), reserved: model.reserved,
            extraPlaces: model.extraPlaces)
        cache.floors.forEach { other.restore(floor: $0.floor, of: $0.generation) }
        cache.spentKnocks.forEach { other.restore($0) }
        cache = other
    }

    private func knock(
        _ cache: inout ReplayCache, _ model: inout Model, now: UInt64, monotonic: Milliseconds,
        _ random: inout SeededGenerator
    ) {
        let generation = UInt64.random(in: 1...6, using: &random)
        let knock = Sample.knock(
            UInt64.random(in: 0...(random.oneIn(2) ? 40 : 100_000), using: &random),
            at: now - 25 + UInt64.random(in: 0...50, using: &random), of: generation,
            door: random.oneIn(2) ? "ssh" : "web", address: IPAddress(ipv4: UInt32.random(in: 1...3, using: &random)),
            operation: random.oneIn(4) ? .close : .open)
        // Generations 1 and 2 are one key's, all others are keys of their own.
        let siblings = generation <= 2 ? [Sample.id(1), Sample.id(2)] : [Sample.id(generation)]
        let expected = model.refusal(knock, siblings: siblings, now: now)
        let outcome = cache.spend(knock, siblings: siblings, now: now, monotonic: monotonic)
        guard case .spent(let spending) = outcome else {
            #expect(outcome == expected)
            return
        }
        #expect(expected == nil)
        model.spend(spending, now: now)
    }
}
