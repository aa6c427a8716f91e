import Base
import Knocks
import Packets
import Testing

/// What becomes of attempts when the configuration is read again.
struct SequenceMatcherReplaceTests {
    private let one = door(7000, 8000, 9000, timeout: 1000)
    private let two = door(5000, 6000, timeout: 3000)

    @Test func attemptsAtUnchangedDoorsGoOn() {
        let matcher = matcher(one, two)
        matcher.receive(tcp(7000), tcp(8000))
        matcher.receive(tcp(5000, from: source(1)))
        matcher.replace(two, one)
        #expect(matcher.attemptCount == 2)
        #expect(matcher.receive(tcp(9000)) == [completed(door: 1)])
        #expect(matcher.receive(tcp(6000, from: source(1))) == [completed(door: 0, source: source(1))])
    }

    @Test func aReloadThatChangesNothingChangesNothing() {
        let matcher = matcher(one, two)
        matcher.receive(tcp(7000), at: 100)
        for _ in 0..<1000 { matcher.replace(one, two) }
        #expect(matcher.nextExpiry == 1100)
        #expect(matcher.receive(tcp(8000), at: 1099) == [stage(2)])
        #expect(matcher.expire(at: 1100) == [timedOut(stage: 2)])
    }

    @Test(arguments: [
        door(7000, 8000, 9001, timeout: 1000), door(7000, 8000, 9000, timeout: 1001),
        door(7000, 8000, 9000, flags: TCPFlagRule(required: .syn), timeout: 1000),
        door(7000, 8000, 9000, timeout: 1000, target: server), door(7000, 8000, 9000, timeout: 1000, isStrict: true),
        door(7000, 8000, 9000, timeout: 1000, vlan: 5),
    ])
    func attemptsAtAChangedDoorAreForgotten(changed: SequenceDoor) {
        let matcher = matcher(one, two)
        matcher.receive(tcp(7000), tcp(8000))
        matcher.receive(tcp(5000, from: source(1)), at: 10)
        matcher.replace(changed, two)
        #expect(matcher.attemptCount == 1)
        #expect(matcher.nextExpiry == 3010)
        #expect(matcher.receive(tcp(9000), at: 20) == [])
        #expect(matcher.expire(at: 2000) == [])
        #expect(matcher.expire(at: 3010) == [timedOut(stage: 1, door: 1, source: source(1))])
    }

    @Test func withTheDoorsGoneNothingIsLeft() {
        let matcher = matcher(one, two)
        matcher.receive(tcp(7000), tcp(5000, from: source(1)))
        matcher.replace([])
        #expect(matcher.attemptCount == 0)
        #expect(matcher.nextExpiry == nil)
        matcher.replace(one, two)
        #expect(matcher.receive(tcp(8000), tcp(6000, from: source(1))) == [])
        #expect(matcher.receive(tcp(7000), tcp(8000), tcp(9000)).last == completed())
    }

    @Test func equalDoorsKeepTheirOrder() {
        let matcher = matcher(one, one, two)
        matcher.receive(tcp(7000))
        matcher.replace(one, two, one, one)
        #expect(matcher.attemptCount == 2)
        #expect(Set(matcher.receive(tcp(8000)).map { "\($0)" }) == Set([stage(2), stage(2, door: 2)].map { "\($0)" }))
        matcher.replace(two, one)
        #expect(matcher.attemptCount == 1)
        #expect(matcher.receive(tcp(9000)) == [completed(door: 1)])
    }

    @Test func theOrderOfExpiryStays() {
        let matcher = matcher(two, one)
        for number in 0..<20 { matcher.receive(tcp(7000, from: source(number)), at: Milliseconds(number)) }
        matcher.receive(tcp(8000, from: source(5)), at: 20)
        matcher.replace(one)
        matcher.receive(tcp(7000, from: source(20)), at: 20)
        let ended = matcher.expire(at: 5000)
        #expect(ended == (0...20).map { timedOut(stage: $0 == 5 ? 2 : 1, source: source($0)) })
    }

    @Test func newAddressesCountAtOnceAndOldOnesNoMore() {
        let matcher = matcher(one)
        matcher.receive(tcp(7000))
        matcher.replace(one, addresses: ["198.18.1.7"])
        #expect(matcher.receive(tcp(8000)) == [])
        #expect(matcher.receive(tcp(8000, to: "198.18.1.7"), tcp(9000, to: "198.18.1.7")) == [stage(2), completed()])
    }

    @Test func doorsThatBecomeStrictAreHeard() {
        let matcher = matcher(one)
        let strict = door(5000, 6000, isStrict: true)
        matcher.replace(one, strict)
        #expect(matcher.receive(tcp(5000), tcp(22)).last == reset(stage: 1, by: Knock(.tcp, 22), door: 1))
        matcher.replace(one, two)
        #expect(matcher.receive(tcp(5000), tcp(22), tcp(6000)) == [stage(1, door: 1), completed(door: 1)])
    }

    @Test func attemptsAreForgottenWhereSetsMustGrow() {
        let matcher = matcher([one], capacity: 1024)
        for number in 0..<400 {
            matcher.receive(tcp(7000, from: source(number)), at: Milliseconds(number))
            matcher.receive(tcp(8000, from: source(number)), at: Milliseconds(number))
        }
        #expect(matcher.attemptCount == 400)
        let many = (0..<40).map { door(7000, 8000, 10000 + $0) }
        matcher.replace([one] + many)
        #expect(matcher.attemptCount == 0)
        #expect(matcher.nextExpiry == nil)
        #expect(matcher.receive(tcp(7000, from: source(1000)), at: 400).count == 41)
        #expect(matcher.receive(tcp(8000, from: source(1000)), at: 401).count == 41)
        matcher.replace([one])
        #expect(matcher.attemptCount == 1, "narrower sets would do, and the wide ones stay")
    }

    @Test func aTableFullOfAttemptsMovesQuicklyAndWhole() {
        #if DEBUG
            let capacity = 4096
        #else
            let capacity = KnocksLimits.attempts
        #endif
        let matcher = matcher([one], capacity: capacity)
        for number in 0..<capacity { matcher.receive(tcp(7000, from: source(number))) }
        let held = matcher.attemptCount
        #expect(held > capacity * 8 / 10)
        matcher.replace((0..<7).map { door(7000, 8000, 10000 + $0) } + [one])
        #expect(matcher.attemptCount == held)
        matcher.replace(two, one)
        #expect(matcher.attemptCount == held)
        #expect(matcher.expire(at: 1000).count == held)
    }
}
