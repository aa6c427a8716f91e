import Keys
import Knocks
import Linux
import Packets
import Testing

@testable import Doors

struct OrderAllowanceTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private let (laptop, phone): (KeyName, KeyName)
    private let door = DoorIdentity(name: "door")
    private var allowance = OrderAllowance(
        source: RateLimit(burst: 40, perSecond: 4), total: RateLimit(burst: 50, perSecond: 5))

    init() throws {
        laptop = try Sample.key("laptop")
        phone = try Sample.key("phone")
    }

    private static func host(_ number: Int) -> IPAddress { IPAddress(ipv4: 0x0A00_0000 + UInt32(number)) }

    @Test mutating func aKeyHasItsOwnLimitFromWhereverItKnocks() {
        let outcomes = (0..<40).map { allowance.take(laptop, from: Self.host($0), now: 0) }
        #expect(outcomes.prefix(32).allSatisfy { $0 == nil })
        #expect(outcomes.dropFirst(32).allSatisfy { $0 == .ofClaimant })
        #expect(allowance.take(phone, from: Self.source, now: 0) == nil)
    }

    @Test mutating func aSourceHasOneWhateverKeysItKnocksWith() {
        var outcomes: [OrderAllowance.Excess?] = []
        for _ in 0..<25 { outcomes.append(allowance.take(laptop, from: Self.source, now: 0)) }
        for _ in 0..<25 { outcomes.append(allowance.take(phone, from: Self.source, now: 0)) }
        #expect(outcomes.filter { $0 == nil }.count == 40)
        #expect(outcomes.dropFirst(40).allSatisfy { $0 == .fromSource })
        #expect(allowance.take(phone, from: Self.source, now: 250) == nil, "four a second")
        #expect(allowance.take(phone, from: Self.source, now: 250) == .fromSource)
    }

    @Test mutating func classicKnocksTakeNothingFromSignedOnes() {
        for number in 0..<10_000 { _ = allowance.take(door, from: Self.source, now: Milliseconds(number / 10)) }
        for number in 0..<10_000 { _ = allowance.take(door, from: Self.host(number), now: 1000) }
        #expect(allowance.take(laptop, from: Self.source, now: 1000) == nil)
    }

    @Test mutating func aSourceOverItsLimitTakesNothingFromADoor() {
        // Its own forty, and none of the rest.
        for _ in 0..<10_000 { _ = allowance.take(door, from: Self.source, now: 0) }
        var wide = OrderAllowance(
            source: RateLimit(burst: 40, perSecond: 4), total: RateLimit(burst: 100_000, perSecond: 5))
        for _ in 0..<10_000 { _ = wide.take(door, from: Self.source, now: 0) }
        let others = (0..<300).filter { wide.take(door, from: Self.host($0), now: 0) == nil }
        #expect(others.count == 256 - 40)
    }

    @Test mutating func inAllThereIsOneToo() {
        var outcomes: [OrderAllowance.Excess?] = []
        for number in 0..<60 { outcomes.append(allowance.take(door, from: Self.host(number), now: 0)) }
        #expect(outcomes.prefix(50).allSatisfy { $0 == nil })
        #expect(outcomes.dropFirst(50).allSatisfy { $0 == .inAll })
        #expect(allowance.take(door, from: Self.host(99), now: 200) == nil, "five a second")
    }

    @Test mutating func whoIsOverHisOwnLimitUsesUpNothingOfOthers() {
        for number in 0..<10_000 { _ = allowance.take(laptop, from: Self.host(number), now: 0) }
        for number in 0..<18 { #expect(allowance.take(phone, from: Self.host(number), now: 0) == nil) }
    }

    @Test mutating func anIPv6NetworkIsOneSource() {
        let outcomes = (0..<41).map {
            allowance.take(door, from: IPAddress(high: 0x2001_0db8_0000_0001, low: UInt64($0)), now: 0)
        }
        #expect(outcomes.last == .fromSource)
        #expect(outcomes.dropLast().allSatisfy { $0 == nil })
        #expect(allowance.take(door, from: IPAddress(high: 0x2001_0db8_0000_0002, low: 0), now: 0) == nil)
    }
}
