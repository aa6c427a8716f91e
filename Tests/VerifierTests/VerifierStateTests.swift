import Base
import Hints
import KeyMessages
import Keys
import Messages
import Packets
import SignedKnocks
import Testing

@testable import Verifier

/// A client that holds one generation of one key.
private struct Client {
    let name: KeyName
    let keys: WorkingKeys
    let signer: KnockSigner

    init(_ name: String, seed: UInt8) throws {
        self.name = try #require(KeyName(name))
        var secret = [UInt8](repeating: seed, count: WorkingKeys.size)
        keys = try WorkingKeys(secret: SecretBytes(taking: &secret), server: try #require(KeyName("gw")))
        signer = try KnockSigner(keys)
    }

    /// A datagram as the Listener hands it over.
    func knock(
        door: String = "ssh", at timestamp: UInt64 = VerifierStateTests.wall, nonce: UInt64 = 1,
        for address: IPAddress? = nil,
        from source: IPAddress = VerifierStateTests.source, isLive: Bool = true, breaking place: Int? = nil
    ) throws -> CandidateBatch.Candidate {
        let body = SignedKnockBody(timestamp: timestamp, address: address, seconds: 0, operation: .open, door: door)
        var bytes = try signer.sign(body, nonce: Nonce(high: 0, low: nonce))
        if let place { bytes[place] ^= 1 }
        let knock = try #require(UnverifiedKnock(source: source, isOnLoopback: false, bytes: bytes))
        return CandidateBatch.Candidate(knock: knock, isLive: isLive)
    }
}

final class VerifierStateTests {
    fileprivate static let wall: UInt64 = 1_700_000_000_000
    fileprivate static let source = IPAddress(ipv4: 0xC612_0102)
    private let laptop: Client
    private let phone: Client
    private let retired: Client
    private var state: VerifierState

    init() throws {
        let seeds: [(String, UInt8)] = [("laptop", 1), ("phone", 2), ("old", 3)]
        let clients = try seeds.map { try Client($0, seed: $1) }
        (laptop, phone, retired) = (clients[0], clients[1], clients[2])
        state = VerifierState()
        try state.apply(rules())
    }

    private func rules() -> VerifierRules {
        var rules = VerifierRules()
        rules.window = TimeWindow(span: 30_000)
        for client in [laptop, phone, retired] {
            rules.generations.append(
                .init(key: client.name, number: 1, isUsable: client.name != retired.name, keys: client.keys))
        }
        rules.add(.init(name: "ssh", flags: [false, false, true, true, true, true], longest: 60_000))
        _ = rules.addKey(laptop.name, isDelegate: false)
        rules.add(.init(name: "web", flags: [true, false, true, true, true, true], longest: 60_000))
        return rules
    }

    private func judge(
        _ candidate: CandidateBatch.Candidate, now: Milliseconds = 0
    ) throws -> VerifierReport? {
        _ = try state.newHints(now: Self.wall)
        return state.judge(candidate, now: now, wall: Self.wall)
    }

    @Test func aGoodKnockIsAClaim() throws {
        guard case .claim(let claim) = try judge(laptop.knock(nonce: 9)) else {
            Issue.record("no claim")
            return
        }
        #expect(claim.generation == laptop.keys.id)
        #expect(claim.nonce == Nonce(high: 0, low: 9))
        #expect(claim.timestamp == Self.wall)
        #expect(claim.address == Self.source)
        #expect(claim.door == "ssh")
        #expect(claim.openFor == nil)
    }

    @Test func whatWasSignedAndIsRefusedIsToldWithItsKey() throws {
        #expect(
            try judge(phone.knock())
                == .refused(.keyNotListed, generation: phone.keys.id, door: "ssh", source: Self.source))
        #expect(
            try judge(laptop.knock(door: "other"))
                == .refused(.unknownDoor, generation: laptop.keys.id, door: "other", source: Self.source))
        #expect(
            try judge(laptop.knock(at: Self.wall - 30_001))
                == .refused(
                    .outsideWindow(skew: -30_001), generation: laptop.keys.id, door: "ssh", source: Self.source))
    }

    @Test func aWrongTagIsCountedAndToldOnceASecond() throws {
        for _ in 0..<3 { #expect(try judge(laptop.knock(breaking: 100), now: 5) == nil) }
        #expect(state.nextTelling == 1005)
        #expect(state.takeTellings(now: 1004) == [])
        #expect(state.takeTellings(now: 1005) == [.wrongTags(3)])
        #expect(state.takeTellings(now: 9999) == [])
    }

    @Test func aSampleIsOnlyDiagnosed() throws {
        let old = try laptop.knock(at: Self.wall - 3_600_000, isLive: false)
        #expect(
            try judge(old) == .diagnosed(generation: laptop.keys.id, source: Self.source, skew: -3_600_000))
        // Even one that would be good, and one of a generation that has retired.
        let good = try laptop.knock(isLive: false)
        #expect(try judge(good, now: 500) == .diagnosed(generation: laptop.keys.id, source: Self.source, skew: 0))
        #expect(
            try judge(retired.knock(isLive: false), now: 1000)
                == .diagnosed(generation: retired.keys.id, source: Self.source, skew: 0))
        #expect(try judge(laptop.knock(isLive: false, breaking: 119), now: 1500) == nil)
    }

    @Test func samplesAreTriedTheMoreSeldomTheMoreGenerationsThereAre() throws {
        let generations = Milliseconds(rules().generations.count)
        let sample = try laptop.knock(isLive: false)
        #expect(try judge(sample, now: 1000) != nil)
        #expect(try judge(sample, now: 1000 + generations - 1) == nil)
        #expect(try judge(sample, now: 1000 + generations) != nil)
    }

    @Test func withoutATableThereAreNoKeys() throws {
        let empty = VerifierState()
        #expect(empty.hasKeys == false)
        #expect(state.hasKeys == true)
    }

    @Test func aRetiredGenerationOpensNothing() throws {
        #expect(try judge(retired.knock(door: "web")) == nil)
    }

    @Test func whatIsDecidedIsRememberedAtOnce() throws {
        let knock = try laptop.knock()
        guard case .claim = try judge(knock, now: 0) else {
            Issue.record("no claim")
            return
        }
        #expect(state.decided(laptop.keys.id, knock.knock.nonce, isSpent: true) == true)
        #expect(
            try judge(knock, now: 0)
                == .refused(.replayed, generation: laptop.keys.id, door: "ssh", source: Self.source))
    }

    @Test func whatWasNotSpentMayComeAgain() throws {
        let knock = try laptop.knock()
        _ = try judge(knock)
        #expect(state.decided(laptop.keys.id, knock.knock.nonce, isSpent: false) == true)
        guard case .claim = try judge(knock, now: 60_000) else {
            Issue.record("no claim")
            return
        }
    }

    @Test func aKeyWithTooManyUndecidedClaimsWaitsAloneForThem() throws {
        var claims = 0
        var surplus = 0
        for nonce in 0..<100 {
            guard case .claim(let claim) = try judge(laptop.knock(nonce: UInt64(nonce))) else { continue }
            if claim.isSurplus { surplus += 1 } else { claims += 1 }
        }
        #expect(claims == 64 && surplus == 36, "the others are refused for good")
        state.hasRoomForSurplus = false
        #expect(try judge(laptop.knock(nonce: 150)) == nil, "it is lost")
        guard case .claim(let other) = try judge(phone.knock(door: "web")), !other.isSurplus else {
            Issue.record("the other key waits too")
            return
        }
        #expect(state.decided(laptop.keys.id, Nonce(high: 0, low: 0), isSpent: true) == true)
        guard case .claim(let next) = try judge(laptop.knock(nonce: 200)), !next.isSurplus else {
            Issue.record("it still waits")
            return
        }
    }

    @Test func aDecisionThatNobodyAskedForIsAFault() {
        #expect(state.decided(laptop.keys.id, Nonce(high: 0, low: 0), isSpent: true) == false)
    }

    @Test func hintsAreToldOnceAnEpochAndToEachListener() throws {
        let first = try #require(try state.newHints(now: Self.wall))
        // Two generations that count; the window touches two epochs, and there is one on each side.
        #expect(first.count == 8)
        #expect(try state.newHints(now: Self.wall) == nil)
        state.listenerStarted()
        #expect(try state.newHints(now: Self.wall)?.map(\.hint) == first.map(\.hint))
        #expect(try state.newHints(now: Self.wall) == nil)
        let goodUntil = state.hintsGoodUntil
        let until = try #require(goodUntil)
        #expect(try state.newHints(now: until) != nil)
    }

    @Test(arguments: [3_600_000, -3_600_000, 86_400_000, -86_400_000, -Int64(wall)])
    func hintsAndWindowFollowAClockThatIsSet(step: Int64) throws {
        let other = UInt64(Int64(Self.wall) + step)
        let first = try #require(try state.newHints(now: Self.wall)).map(\.hint)
        let second = try #require(try state.newHints(now: other)).map(\.hint)
        #expect(Set(first).isDisjoint(with: second))
        #expect(try state.judge(laptop.knock(), now: 0, wall: other) == nil)
        guard case .claim = try state.judge(laptop.knock(at: other, nonce: 2), now: 0, wall: other) else {
            Issue.record("no claim by the new time")
            return
        }
        #expect(try state.newHints(now: Self.wall)?.map(\.hint) == first, "and back again")
        #expect(try state.judge(laptop.knock(at: other, nonce: 3), now: 0, wall: Self.wall) == nil)
    }

    @Test func linesThatNobodyCouldReadAreCounted() throws {
        for nonce in 0..<200 { _ = try judge(phone.knock(nonce: UInt64(nonce))) }
        #expect(state.takeTellings(now: 1000) == [.leftOut(168)])
    }

    @Test func refusalsOfOneKeyHideNoneOfAnother() throws {
        for nonce in 0..<200 { _ = try judge(phone.knock(nonce: UInt64(nonce))) }
        guard case .refused = try judge(laptop.knock(door: "nowhere")) else {
            Issue.record("the other key's refusal is not told")
            return
        }
    }

    @Test func newKeysTakeThePlaceOfTheOldOnes() throws {
        var next = VerifierRules()
        next.window = TimeWindow(span: 30_000)
        next.generations = [.init(key: phone.name, number: 1, isUsable: true, keys: phone.keys)]
        next.add(.init(name: "web", flags: [true, false, true, true, true, true], longest: 60_000))
        try state.apply(next)
        #expect(try judge(laptop.knock(door: "web")) == nil)
        guard case .claim(let claim) = try judge(phone.knock(door: "web")) else {
            Issue.record("no claim")
            return
        }
        #expect(claim.generation == phone.keys.id)
    }
}
