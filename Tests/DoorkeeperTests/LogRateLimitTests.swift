import Base
import Events
import Keys
import Packets
import SignedKnocks
import Testing

@testable import Doorkeeper

/// A rate limit behind a reference, so that it can be asked within an expectation.
private final class SharedRateLimit {
    private var state = LogRateLimit()
    var leftOut: Int { state.leftOut.count }
    func take(_ kind: LineKind, now: Milliseconds) -> Bool { state.take(kind, now: now) }
    func takeLeftOut(now: Milliseconds) -> Int? { state.takeLeftOut(now: now) }

    /// How many lines may be told at one moment, out of `asked`.
    func taken(of asked: Int, _ kind: LineKind, now: Milliseconds = 0) -> Int {
        (0..<asked).count { _ in take(kind, now: now) }
    }
}

struct LogRateLimitTests {
    private static let day: Milliseconds = 86_400_000
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let longestAddress = IPAddress(high: 0x2001_0db8_ffff_ffff, low: 0xffff_ffff_ffff_ffff)
    private let rateLimit = SharedRateLimit()

    private static func label(_ name: String) throws -> Event.KeyLabel {
        Event.KeyLabel(try #require(KeyName(name)), generation: 1)
    }

    /// Lines of one kind, as many as somebody can bring about in a day.
    private func linesOfADay(_ kind: LineKind) -> Int {
        stride(from: 0, to: Self.day, by: 10_000).map { rateLimit.taken(of: $0 == 0 ? 1500 : 30, kind, now: $0) }
            .reduce(0, +)
    }

    @Test func aBurstIsWrittenAndTheRestIsCounted() {
        #expect(rateLimit.taken(of: 2000, .attempts) == 1024)
        #expect(rateLimit.leftOut == 976)
        #expect(rateLimit.taken(of: 100, .attempts, now: 10_000) == 20)
    }

    @Test func noKindTakesFromAnother() throws {
        let (boss, thief) = (try Self.label("boss").key, try Self.label("thief").key)
        let kinds: [LineKind] = [
            .attempts, .junk, .refusedSequences(door: "a"), .refusedKnocks(key: thief), .details(door: "a"),
        ]
        for kind in kinds { _ = rateLimit.taken(of: 10_000, kind) }
        #expect(rateLimit.taken(of: 10, .refusedKnocks(key: boss)) == 10)
        #expect(rateLimit.taken(of: 10, .refusedSequences(door: "b")) == 10)
        #expect(rateLimit.taken(of: 10, .details(door: "b")) == 10)
        #expect(rateLimit.taken(of: 10, .refusedKnocks(key: thief)) == 0)
    }

    @Test func timeBringsLinesBackUpToTheBurst() {
        _ = rateLimit.taken(of: 1000, .details(door: "a"))
        #expect(rateLimit.taken(of: 1000, .details(door: "a"), now: 30_000) == 30)
        #expect(rateLimit.taken(of: 1000, .details(door: "a"), now: Self.day) == 256)
        #expect(rateLimit.taken(of: 1000, .details(door: "a"), now: .max) == 256, "and never overflows")
    }

    /// The figures of docs/LIMITS.md: what a stranger can write in a day, even with the longest lines.
    @Test func aStrangersLinesOfADayAreFew() throws {
        let door = String(repeating: "d", count: 32)
        let events = [
            Event.knock(.timeout(stage: 31, door: door, source: Self.longestAddress)),
            .knock(.reset(stage: 31, by: "65535:tcp", door: door, source: Self.longestAddress)),
        ]
        let bytes =
            try events.map { try #require(EventLine($0).log).utf8.count + "[2026-11-30 14:00] \n".utf8.count }
            .max() ?? 0
        #expect(bytes <= 140)
        // What the Listener lets through; that is one a second after its burst.
        #expect((512 + 86_400) * bytes < 12_500_000)
        // A Listener in the wrong hands can ask for twice as much.
        #expect(linesOfADay(.attempts) * bytes < 25_000_000)
        #expect(linesOfADay(.refusedSequences(door: "a")) < 17_400)
        let key = try Self.label("a").key
        #expect(linesOfADay(.refusedKnocks(key: key)) < 17_400)
        #expect(linesOfADay(.junk) < 8_700)
    }

    @Test func whatIsLeftOutIsToldLessAndLessOftenWhileItGoesOn() {
        var told: [Milliseconds] = []
        for now in stride(from: 0, to: 400_000, by: 100) as StrideTo<Milliseconds> {
            _ = rateLimit.taken(of: 20, .junk, now: now)
            if rateLimit.takeLeftOut(now: now) != nil { told.append(now / 1000) }
        }
        #expect(told.prefix(7) == [1, 3, 7, 15, 31, 63, 123])
        #expect(told.count == 11)
    }

    // MARK: Which kind

    @Test func linesOfStrangersHaveTheKindsOfWhatCausesThem() throws {
        let label = try Self.label("thief")
        let refused = Event.signed(.refused(.replayed, from: label, door: "d", source: Self.source))
        #expect(LineKind(ofStranger: refused) == .refusedKnocks(key: label.key))
        #expect(
            LineKind(ofStranger: .signed(.atAnotherTime(from: label, source: Self.source, skewSeconds: 9)))
                == .refusedKnocks(key: label.key))
        #expect(
            LineKind(ofStranger: .signed(.byRetired(from: label, source: Self.source)))
                == .refusedKnocks(key: label.key))
        #expect(LineKind(ofStranger: .signed(.portFlooded)) == .junk)
        #expect(LineKind(ofStranger: .knock(.stage(1, door: "d", source: Self.source))) == .attempts)
        #expect(LineKind(ofStranger: .knock(.timeout(stage: 1, door: "d", source: Self.source))) == .attempts)
    }

    @Test func aProofThatCountsIsAlwaysWritten() throws {
        let label = try Self.label("thief")
        let always: [Event] = [
            .knock(.openSesame(door: "d", source: Self.source)),
            .signed(.knock(from: label, door: "d", source: Self.source, sender: nil)),
            .signed(.close(from: label, door: "d", source: Self.source, sender: nil, isHeld: false)),
            .signed(.nothingToClose(from: label, door: "d", source: Self.source, sender: nil)),
        ]
        for event in always { #expect(LineKind(ofProof: event) == nil) }
        #expect(
            LineKind(ofProof: .knock(.refused(.tooOften, door: "d", source: Self.source)))
                == .refusedSequences(door: "d"))
        #expect(LineKind(ofProof: .knock(.stage(3, door: "d", source: Self.source))) == .details(door: "d"))
        #expect(
            LineKind(ofProof: .opening(.extended(until: "12:05:46", door: "d", source: Self.source)))
                == .details(door: "d"))
    }
}
