import Hints
import Keys
import Packets
import Testing

@testable import SignedKnocks

struct KnockVerifierTests {
    private let now = Sample.now
    private let keys: WorkingKeys
    private let verifier: KnockVerifier

    init() throws {
        keys = try Sample.keys()
        verifier = try KnockVerifier(generations: [(keys, true)], window: Sample.window)
        _ = try verifier.newHints(at: Sample.now)
    }

    private func verdict(
        _ bytes: [UInt8], source: IPAddress = Sample.source, isOnLoopback: Bool = false
    ) throws -> KnockVerifier.Verdict {
        let knock = try #require(Sample.unverified(bytes, source: source, isOnLoopback: isOnLoopback))
        return try verifier.verify(knock, now: now)
    }

    private func signed(_ body: SignedKnockBody, nonce: Nonce = Nonce(high: 3, low: 9)) throws -> [UInt8] {
        try KnockSigner(keys).sign(body, nonce: nonce)
    }

    @Test(arguments: [
        Sample.body(), Sample.body(address: Sample.source, seconds: 60), Sample.body(operation: .close),
        Sample.body(address: IPAddress("2001:db8::9"), door: String(repeating: "d", count: 32)),
    ])
    func whatASignerSignsIsVerified(body: SignedKnockBody) throws {
        let nonce = Nonce(high: 3, low: 9)
        let verdict = try verdict(signed(body, nonce: nonce))
        #expect(verdict.verified?.body == body)
        #expect(verdict.verified?.nonce == nonce)
        #expect(verdict.verified?.source == Sample.source)
        #expect(verdict.verified?.generation == 0)
    }

    @Test func theNonceWhoseCounterWrapsIsOneLikeOthers() throws {
        for nonce in [Nonce(high: .max, low: .max - 1), Nonce(high: .max, low: .max), Nonce(high: 0, low: 0)] {
            #expect(try verdict(signed(Sample.body(), nonce: nonce)).verified?.nonce == nonce)
        }
    }

    // MARK: Steps 2 and 3

    @Test func eachBitThatIsFlippedIsFound() throws {
        let good = try signed(Sample.body(address: Sample.source))
        for bit in 0..<960 {
            var bytes = good
            bytes[bit / 8] ^= 0x80 >> (bit % 8)
            let reason: RejectReason = bit < 64 ? .unknownHint : .wrongTag
            #expect(try verdict(bytes) == .refused(reason, generation: nil, body: nil), "bit \(bit)")
        }
    }

    @Test func aKnockForAnotherServerIsNoise() throws {
        let other = try KnockSigner(Sample.keys(server: "gw.example.org"))
        let bytes = try other.sign(Sample.body(), nonce: Nonce(high: 1, low: 1))
        #expect(try verdict(bytes).reason == .unknownHint)
    }

    @Test func aKnockOfAnotherKeyIsNoise() throws {
        let bytes = try KnockSigner(Sample.keys(8)).sign(Sample.body(), nonce: Nonce(high: 1, low: 1))
        #expect(try verdict(bytes).reason == .unknownHint)
    }

    @Test func anotherKeysTagUnderALiveHintIsWrong() throws {
        let other = try Sample.keys(8)
        let mixed = WorkingKeys(id: keys.id, hint: keys.hint, encrypt: keys.encrypt, tag: other.tag)
        let bytes = try KnockSigner(mixed).sign(Sample.body(), nonce: Nonce(high: 1, low: 1))
        #expect(try verdict(bytes) == .refused(.wrongTag, generation: nil, body: nil))
    }

    @Test func ofTwoGenerationsWithOneHintTheTagDecides() throws {
        let other = try Sample.keys(8)
        // Two secrets with one hint are not to be had; two generations with one hint key are as good.
        let twin = WorkingKeys(id: other.id, hint: keys.hint, encrypt: other.encrypt, tag: other.tag)
        let third = WorkingKeys(id: other.id, hint: keys.hint, encrypt: other.encrypt, tag: other.encrypt)
        let verifier = try KnockVerifier(
            generations: [(keys, true), (twin, true), (keys, false)], window: Sample.window)
        #expect(try verifier.newHints(at: now)?.count == 8)
        for (number, signer) in [keys, twin].enumerated() {
            let bytes = try KnockSigner(signer).sign(Sample.body(), nonce: Nonce(high: 1, low: 1))
            let knock = try #require(Sample.unverified(bytes))
            #expect(try verifier.verify(knock, now: now).verified?.generation == number)
        }
        let bytes = try KnockSigner(third).sign(Sample.body(), nonce: Nonce(high: 1, low: 1))
        #expect(try verifier.verify(#require(Sample.unverified(bytes)), now: now).reason == .wrongTag)
    }

    @Test func aGenerationThatIsNotUsableHasNoHint() throws {
        let verifier = try KnockVerifier(generations: [(keys, false)], window: Sample.window)
        #expect(try verifier.newHints(at: now)?.isEmpty == true)
        let knock = try #require(Sample.unverified(signed(Sample.body())))
        #expect(try verifier.verify(knock, now: now).reason == .unknownHint)
    }

    @Test func beforeTheFirstHintsEverythingIsNoise() throws {
        let verifier = try KnockVerifier(generations: [(keys, true)], window: Sample.window)
        let knock = try #require(Sample.unverified(signed(Sample.body())))
        #expect(verifier.hintsGoodUntil == nil)
        #expect(try verifier.verify(knock, now: now).reason == .unknownHint)
    }

    // MARK: Step 4

    @Test func theHintIsThatOfTheTimestampsOwnEpoch() throws {
        let epoch = TimeWindow.epoch(of: now)
        for other in [epoch - 1, epoch + 1] {
            let bytes = try Sample.datagram(plain: Sample.body().bytes, keys: keys, epoch: other)
            #expect(try verdict(bytes) == .refused(.hintOfAnotherEpoch, generation: 0, body: nil))
        }
    }

    @Test(arguments: [0, .max] as [UInt64])
    func timestampsAtTheEndsOfTheirRangeDoNotTrap(timestamp: UInt64) throws {
        let plain = Sample.body(timestamp: timestamp).bytes
        let live = try Sample.datagram(plain: plain, keys: keys, epoch: TimeWindow.epoch(of: now))
        #expect(try verdict(live).reason == .hintOfAnotherEpoch)
        #expect(try verdict(Sample.datagram(plain: plain, keys: keys)).reason == .unknownHint)
        let knock = try #require(Sample.unverified(Sample.datagram(plain: plain, keys: keys)))
        _ = try verifier.newHints(at: timestamp)
        #expect(try verifier.verify(knock, now: timestamp).verified?.body.timestamp == timestamp)
    }

    @Test func whatIsWrongInTheBodyIsSaidWithItsGeneration() throws {
        var plain = Sample.body().bytes
        plain[30] = 1
        let bytes = try Sample.datagram(plain: plain, keys: keys)
        #expect(try verdict(bytes) == .refused(.reservedNotZero, generation: 0, body: nil))
    }

    @Test(arguments: SignedAddressTests.edges)
    func refusedSourcesAreRefused(text: String, isAllowed: Bool) throws {
        let source = try #require(IPAddress(text))
        let body = Sample.body(address: IPAddress("2001:db8::9"))
        let verdict = try verdict(signed(body), source: source)
        if isAllowed {
            #expect(verdict.verified?.source == source)
        } else {
            #expect(verdict == .refused(.sourceNotAllowed, generation: 0, body: body))
        }
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func aLoopbackSourceIsAllowedOnTheLoopbackInterface(text: String) throws {
        let source = try #require(IPAddress(text))
        let verified = try verdict(signed(Sample.body()), source: source, isOnLoopback: true).verified
        #expect(verified?.source == source)
        #expect(verified?.isOnLoopback == true)
        let named = try signed(Sample.body(address: source))
        #expect(try verdict(named, source: source, isOnLoopback: true).reason == .addressNotAllowed)
    }

    // MARK: Step 5

    @Test(arguments: [-30_001, -30_000, 30_000, 30_001])
    func theWindowEndsAtItsEdges(distance: Int) throws {
        let body = Sample.body(timestamp: UInt64(Int(now) + distance))
        let verdict = try verdict(signed(body))
        if abs(distance) == 30_000 {
            #expect(verdict.verified?.body == body)
        } else {
            let reason = RejectReason.outsideWindow(skew: Int64(distance))
            #expect(verdict == .refused(reason, generation: 0, body: body))
        }
    }

    @Test func stepFourComesBeforeStepFive() throws {
        var plain = Sample.body(timestamp: now + 31_000).bytes
        plain[28] = 3
        #expect(try verdict(Sample.datagram(plain: plain, keys: keys)).reason == .unknownOperation)
    }

    // MARK: Hints

    @Test func hintsAreNewWhenAnEpochEndsAndNotBefore() throws {
        let end = try #require(verifier.hintsGoodUntil)
        #expect(try verifier.newHints(at: end - 1) == nil)
        #expect(try verifier.newHints(at: end)?.count == 4)
        #expect(try #require(verifier.hintsGoodUntil) > end)
        #expect(try verifier.newHints(at: end) == nil)
    }

    @Test func hintsAreThoseOfTheEpochs() throws {
        let hints = try #require(try verifier.newHints(at: now + 86_400_000))
        let code = try MessageAuthentication(key: keys.hint)
        let expected = try Sample.window.epochs(at: now + 86_400_000).map { try code.hint(ofEpoch: $0) }
        #expect(hints.map(\.hint) == expected)
        #expect(hints.allSatisfy { $0.generation == 0 })
    }

    /// For three hours, each millisecond on which something could change, with hints that are a whole window late.
    @Test func acrossEpochsWhateverIsInTheWindowIsRecognised() throws {
        let signer = try KnockSigner(keys)
        var asked = now
        for step in 0..<360 {
            let moment = now + UInt64(step) * 30_000 + UInt64(step % 3) * 9_999
            if moment - asked >= 30_000 {
                _ = try verifier.newHints(at: asked)
                asked = moment
            }
            for distance in [-30_000, -1, 0, 1, 30_000] {
                let body = Sample.body(timestamp: UInt64(Int(moment) + distance))
                let bytes = try signer.sign(body, nonce: Nonce(high: UInt64(step), low: 1))
                let knock = try #require(Sample.unverified(bytes))
                #expect(try verifier.verify(knock, now: moment).verified?.body == body)
            }
        }
    }

    @Test(arguments: [-3_600_000, -60_000, 60_000, 86_400_000])
    func aClockThatWasSetHasItsOwnHints(step: Int) throws {
        let moment = UInt64(Int(now) + step)
        let knock = try #require(Sample.unverified(signed(Sample.body(timestamp: moment))))
        #expect(try verifier.newHints(at: moment) != nil)
        #expect(try verifier.verify(knock, now: moment).verified != nil)
        let former = try #require(Sample.unverified(signed(Sample.body())))
        #expect(try verifier.verify(former, now: moment).verified == nil)
    }

    // MARK: Diagnosis

    @Test(arguments: [true, false])
    func aKnockOfAnotherTimeIsRecognised(isUsable: Bool) throws {
        let verifier = try KnockVerifier(
            generations: [(Sample.keys(8), true), (keys, isUsable)], window: Sample.window)
        for skew in [-86_400_000, -1, 0, 7_200_000] {
            let body = Sample.body(timestamp: UInt64(Int(now) + skew))
            let knock = try #require(Sample.unverified(signed(body)))
            let found = try verifier.diagnose(knock, now: now)
            #expect(found?.generation == 1)
            #expect(found?.skew == Int64(skew))
        }
    }

    @Test(arguments: [0, .max] as [UInt64])
    func theSkewOfAnyTimestampCanBeSaid(timestamp: UInt64) throws {
        let knock = try #require(Sample.unverified(signed(Sample.body(timestamp: timestamp))))
        let skew = try verifier.diagnose(knock, now: now)?.skew
        #expect(skew == (timestamp == 0 ? -Int64(now) : .max))
    }

    @Test func noiseIsNobodys() throws {
        let knock = try #require(Sample.unverified([UInt8](repeating: 5, count: 120)))
        #expect(try verifier.diagnose(knock, now: now) == nil)
    }
}

extension KnockVerifier.Verdict {
    var verified: VerifiedKnock? {
        if case .verified(let knock) = self { knock } else { nil }
    }

    var reason: RejectReason? {
        if case .refused(let reason, _, _) = self { reason } else { nil }
    }
}
