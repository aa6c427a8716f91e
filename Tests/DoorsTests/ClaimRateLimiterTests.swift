import Base
import Keys
import Knocks
import Packets
import Testing

@testable import Doors

struct ClaimRateLimiterTests {
    private static let victim = IPAddress(ipv4: 0xC612_0102)
    private let (laptop, phone): (KeyName, KeyName)
    private let door = DoorIdentity(name: "door")
    private let other = DoorIdentity(name: "other")
    private var rateLimiter = ClaimRateLimiter(
        source: RateLimit(burst: 64, perSecond: 16), total: RateLimit(burst: 1024, perSecond: 256))

    init() throws {
        laptop = try Sample.key("laptop")
        phone = try Sample.key("phone")
        rateLimiter.keyCount = 5
        rateLimiter.doorCount = 2
    }

    private static func host(_ number: Int) -> IPAddress { IPAddress(ipv4: 0x0A00_0000 + UInt32(number)) }

    @Test mutating func aKeyHasItsOwnLimitFromWhereverItKnocks() {
        let outcomes = (0..<40).map { rateLimiter.take(laptop, from: Self.host($0), now: 0) }
        #expect(outcomes.prefix(32).allSatisfy { $0 == nil })
        #expect(outcomes.dropFirst(32).allSatisfy { $0 == .ofClaimant })
        #expect(rateLimiter.take(phone, from: Self.victim, now: 0) == nil)
    }

    @Test mutating func fourKeysOfOnePersonKeepNobodyElseOut() throws {
        let thieves = try (1...4).map { try Sample.key("thief\($0)") }
        for now in 0..<10_000 as Range<Milliseconds> {
            for thief in thieves { _ = rateLimiter.take(thief, from: Self.victim, now: now) }
            guard now % 1000 == 999 else { continue }
            #expect(rateLimiter.take(laptop, from: Self.victim, now: now) == nil)
        }
    }

    @Test mutating func classicKnocksTakeNothingFromSignedOnes() {
        for number in 0..<10_000 { _ = rateLimiter.take(door, from: Self.victim, now: Milliseconds(number / 10)) }
        for number in 0..<10_000 { _ = rateLimiter.take(door, from: Self.host(number), now: 1000) }
        #expect(rateLimiter.take(laptop, from: Self.victim, now: 1000) == nil)
    }

    /// Who knows one door's sequence can send it in the name of another's owner.
    @Test mutating func classicKnocksAtOneDoorTakeNothingFromThoseAtAnother() {
        for number in 0..<10_000 { _ = rateLimiter.take(door, from: Self.victim, now: Milliseconds(number)) }
        for number in 0..<10_000 { _ = rateLimiter.take(door, from: Self.host(number), now: 10_000) }
        for _ in 0..<10 { #expect(rateLimiter.take(other, from: Self.victim, now: 10_000) == nil) }
    }

    @Test mutating func aSourceOverItsLimitTakesNothingFromItsDoor() {
        for _ in 0..<10_000 { _ = rateLimiter.take(door, from: Self.victim, now: 0) }
        #expect(rateLimiter.take(door, from: Self.victim, now: 0) == .fromSource)
        let others = (0..<300).count { rateLimiter.take(door, from: Self.host($0), now: 0) == nil }
        #expect(others == 256 - 64)
        #expect(rateLimiter.take(door, from: Self.host(1000), now: 0) == .ofClaimant)
    }
}
