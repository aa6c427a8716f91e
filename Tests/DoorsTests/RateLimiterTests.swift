import Base
import Packets
import Testing

@testable import Doors

struct RateLimiterTests {
    /// Behind a reference, so that it can be changed within an expectation.
    private final class Box {
        var state: RateLimiter<Int>

        init(_ state: RateLimiter<Int>) { self.state = state }
    }

    private static let plenty = RateLimit(burst: 100_000, perSecond: 100_000)
    private let box: Box

    init() {
        box = Self.box()
    }

    private static func box(
        source: RateLimit = plenty, total: RateLimit = plenty, claimants: Int = 1, mostSources: Int = 64
    ) -> Box {
        let box = Box(
            RateLimiter(
                own: RateLimit(burst: 32, perSecond: 8), source: source, total: total, mostSources: mostSources))
        box.state.claimantCount = claimants
        return box
    }

    private static func host(_ number: Int) -> IPAddress { IPAddress(ipv4: 0xC612_0000 + UInt32(number)) }

    /// How many of so many knocks count at a moment.
    private func take(
        _ count: Int = 100, _ claimant: Int = 1, from host: Int = 1, at now: Milliseconds = 1000, of box: Box? = nil
    ) -> Int {
        (0..<count).count { _ in (box ?? self.box).state.take(claimant, from: Self.host(host), now: now) == nil }
    }

    // MARK: A claimant's own

    @Test func thirtyTwoCountAtOnceAndThenEightASecond() {
        #expect(take(at: 1000) == 32)
        #expect(take(at: 1124) == 0)
        #expect(take(at: 1125) == 1)
        #expect(take(at: 2000) == 7)
        #expect(take(at: 3000) == 8)
        #expect(take(at: 1_000_000) == 32, "it does not grow beyond that")
    }

    @Test func refusedKnocksCostNothing() {
        _ = take(at: 1000)
        for now in 1001...1999 as ClosedRange<Milliseconds> { _ = take(1, at: now) }
        // 8 came to be used as they came; there is nothing to catch up on.
        #expect(take(at: 2000) == 1)
    }

    /// Whatever the moments, nobody gets more than the rate and one burst.
    @Test(arguments: [100, 999, 3999, 4000, 4001, 7999, 8000, 8001] as [Milliseconds])
    func forgettingGivesNothingAway(pause: Milliseconds) {
        var count = 0
        var now: Milliseconds = 0
        while now <= 80_000 {
            count += take(40, from: count, at: now)
            now += pause
        }
        #expect(Milliseconds(count) <= 32 + 8 * (now - pause) / 1000)
        #expect(count > 300 || pause > 3999)
    }

    @Test func eachClaimantHasAnAllowance() {
        for claimant in 1...10_000 { #expect(take(1, claimant) == 1) }
        #expect(take(100, 77) == 31)
        #expect(take(100, 10_001) == 32)
    }

    @Test func aClockThatStandsStillOrGoesBackTrapsNothing() {
        #expect(take(at: 5000) == 32)
        #expect(take(at: 0) == 0)
        #expect(take(at: -5) == 0)
        #expect(take(at: 5000) == 0)
    }

    // MARK: From one source

    /// The addresses of knocks are not authenticated: so others may use mine.
    @Test func othersKnocksFromASourceTakeNothingFromWhatAClaimantHasThere() {
        let box = Self.box(source: RateLimit(burst: 5, perSecond: 1))
        for number in 0..<10_000 { _ = take(1, 2 + number % 4, from: 1, at: Milliseconds(number), of: box) }
        #expect(take(100, 1, from: 1, at: 10_000, of: box) == 5)
        #expect(take(100, 1, from: 1, at: 11_000, of: box) == 1)
        #expect(box.state.take(1, from: Self.host(1), now: 11_000) == .fromSource)
    }

    @Test func whatASourceRefusesIsLeftToTheClaimantsOtherSources() {
        let box = Self.box(source: RateLimit(burst: 5, perSecond: 1))
        _ = take(1000, from: 1, of: box)
        #expect(take(100, from: 2, of: box) == 5)
        #expect((3...100).map { take(100, from: $0, of: box) }.reduce(0, +) == 32 - 10)
    }

    @Test func sourcesBeyondThoseThatAreRememberedAreNotRefused() {
        let box = Self.box(source: RateLimit(burst: 2, perSecond: 1), mostSources: 4)
        for host in 1...4 { #expect(take(1, from: host, of: box) == 1) }
        #expect(take(10, from: 5, of: box) == 10, "the claimant's own limit is all that it has")
        #expect(take(10, from: 4, of: box) == 1, "who is known keeps his")
        #expect(take(100, 2, from: 5, of: box) == 2, "no other claimant is concerned")
        #expect(take(10, from: 5, at: 6000, of: box) == 2, "after a few seconds there is room again")
    }

    @Test func anIPv6NetworkIsOneSource() {
        let box = Self.box(source: RateLimit(burst: 5, perSecond: 1))
        let count = (0..<20).count {
            box.state.take(1, from: IPAddress(high: 0x2001_0db8_0000_0001, low: UInt64($0)), now: 0) == nil
        }
        #expect(count == 5)
        #expect(box.state.take(1, from: IPAddress(high: 0x2001_0db8_0000_0002, low: 0), now: 0) == nil)
    }

    // MARK: In all

    @Test func oneClaimantAloneHasAllThatCountsInAll() {
        let box = Self.box(total: RateLimit(burst: 21, perSecond: 5))
        #expect(take(of: box) == 21)
        #expect(box.state.take(1, from: Self.host(1), now: 1000) == .inAll)
        #expect(take(at: 2000, of: box) == 5)
    }

    @Test func halfOfWhatCountsInAllIsSharedOutEvenly() {
        let box = Self.box(total: RateLimit(burst: 60, perSecond: 16), claimants: 6)
        // 5 are its own, and 27 of the 30 that are anybody's; then its own limit ends it.
        #expect(take(100, 1, of: box) == 32)
        #expect(take(100, 2, of: box) == 5 + 3)
        for claimant in 3...6 { #expect(take(100, claimant, of: box) == 5, "\(claimant)") }
        #expect(box.state.take(6, from: Self.host(1), now: 1000) == .inAll)
        // 8 a second are anybody's, and 8 in 6 s are each one's own; the first one's own limit is 8.
        #expect(take(100, 1, at: 2000, of: box) == 8)
        #expect(take(100, 2, at: 2000, of: box) == 2, "one of its own, and the last of anybody's")
        #expect(take(100, 3, at: 2000, of: box) == 1)
    }

    /// More claimants than there are knocks in all: each has its first one nevertheless.
    @Test func oneKnockOfEachClaimantCountsWhateverOthersDo() {
        let box = Self.box(total: RateLimit(burst: 8, perSecond: 2), claimants: 1000)
        for number in 0..<20_000 { _ = take(1, number % 900, at: Milliseconds(number), of: box) }
        for claimant in 900..<1000 { #expect(take(100, claimant, at: 20_000, of: box) >= 1) }
    }

    @Test func aPartyWithManyKeysCannotUseUpWhatIsAnothers() {
        let box = Self.box(
            source: RateLimit(burst: 64, perSecond: 16), total: RateLimit(burst: 1024, perSecond: 256), claimants: 200)
        // 199 keys of one person, 20 s long, as fast as they can, from the owner's address.
        for now in stride(from: 0, to: 20_000, by: 50) as StrideTo<Milliseconds> {
            for key in 2...200 { _ = take(2, key, at: now, of: box) }
            if now % 2000 == 0 { #expect(take(1, 1, at: now, of: box) == 1, "at \(now)") }
        }
    }

    @Test func anotherNumberOfClaimantsMeansOtherShares() {
        let box = Self.box(total: RateLimit(burst: 20, perSecond: 2), claimants: 1)
        #expect(take(of: box) == 20)
        box.state.claimantCount = 5
        #expect(take(100, 1, of: box) == 12)
        #expect(take(100, 2, of: box) == 2)
        box.state.claimantCount = 5
        #expect(take(100, 2, of: box) == 0, "the same number changes nothing")
        box.state.claimantCount = 0
        #expect(take(100, 2, of: box) == 20)
    }
}
