import Base
import Hints
import KeyMessages
import Keys
import Linux
import Packets
import SignedKnocks
import Testing

@testable import Doorkeeper

/// What the Verifier can say: each lie is a row. What it can know is in `VerifierKnowledgeTests`.
struct VerifierConversationTests {
    private static let source = RoleSamples.source
    private static let unknown = GenerationID(high: 7, low: 7)

    private func judge(_ report: VerifierReport, mayBeLoopback: Bool = false) throws -> VerifierSupervisor.Verdict {
        try RoleSamples.verifier().judge(report.message, now: 0, mayBeLoopback: mayBeLoopback)
    }

    // MARK: Lies

    private static var lies: [VerifierReport] {
        [
            .claim(RoleSamples.claim(of: unknown)), .claim(RoleSamples.claim(door: "door")),
            .claim(RoleSamples.claim(door: "nowhere")), .claim(RoleSamples.claim(openFor: 60_001)),
            .claim(RoleSamples.claim(openFor: .max)), .pong,
            .refused(.replayed, generation: unknown, door: "ssh", source: source),
            .diagnosed(generation: unknown, source: source, skew: 1),
        ]
    }

    @Test func whatCannotBeTrueIsALie() throws {
        for lie in Self.lies { #expect(try judge(lie) == .violation("a message that cannot be true"), "\(lie)") }
    }

    @Test func noDoorOpensForAnAddressThatNoHostHas() throws {
        for text in RoleSamples.noHosts + ["169.254.0.1", "fe80::1"] {
            let address = try #require(IPAddress(text))
            let own = VerifierReport.claim(RoleSamples.claim(address: address, from: address))
            #expect(try judge(own) == .violation(Violation.untrue), "\(text)")
            let named = VerifierReport.claim(RoleSamples.claim(address: address))
            #expect(try judge(named) == .violation(Violation.untrue), "\(text)")
        }
    }

    @Test func thisHostKnocksByLoopbackAlone() throws {
        for text in ["127.0.0.1", "::1"] {
            let address = try #require(IPAddress(text))
            let claim = RoleSamples.claim(address: address, from: address, isOnLoopback: true)
            #expect(try judge(.claim(claim), mayBeLoopback: true) == .fact(.own(.claim(claim))), "\(text)")
            #expect(try judge(.claim(claim)) == .violation(Violation.untrue), "no loopback is captured")
            let elsewhere = RoleSamples.claim(address: address, from: address)
            #expect(try judge(.claim(elsewhere), mayBeLoopback: true) == .violation(Violation.untrue))
            let named = RoleSamples.claim(address: address, isOnLoopback: true)
            #expect(try judge(.claim(named), mayBeLoopback: true) == .violation(Violation.untrue), "another's door")
        }
    }

    // MARK: Facts

    @Test func whatCanBeTrueIsAFact() throws {
        let other = IPAddress(ipv4: 0xC612_0909)
        let facts: [(VerifierReport, VerifierConversation.Fact)] = [
            (.claim(RoleSamples.claim()), .claim(RoleSamples.claim())),
            (.claim(RoleSamples.claim(address: other)), .claim(RoleSamples.claim(address: other))),
            (.claim(RoleSamples.claim(openFor: 60_000)), .claim(RoleSamples.claim(openFor: 60_000))),
            (
                .refused(.replayed, generation: RoleSamples.known, door: "ssh", source: Self.source),
                .refused(.replayed, generation: RoleSamples.known, door: "ssh", source: Self.source)
            ),
            (
                .diagnosed(generation: RoleSamples.known, source: Self.source, skew: 5),
                .diagnosed(generation: RoleSamples.known, source: Self.source, skew: 5)
            ),
            (.wrongTags(3), .wrongTags(3)), (.leftOut(4), .leftOut(4)),
            (.listenerMisbehaved, .listenerMisbehaved(isRepeated: false)),
        ]
        for (report, fact) in facts { #expect(try judge(report) == .fact(.own(fact)), "\(report)") }
    }

    @Test func aSurplusClaimIsAClaim() throws {
        var claim = RoleSamples.claim()
        claim.isSurplus = true
        #expect(try judge(.claim(claim)) == .fact(.own(.claim(claim))))
    }

    @Test func whatItIsGivenLaterItCanClaim() throws {
        var verifier = try RoleSamples.verifier()
        let report = VerifierReport.claim(RoleSamples.claim(of: Self.unknown, door: "web", openFor: 5000))
        #expect(verifier.hear([report.message]) == .violation(Violation.untrue))
        verifier.give([try RoleSamples.generation(Self.unknown), RoleSamples.signedDoor("web", seconds: 5)])
        #expect(verifier.hear([report.message]) != .violation(Violation.untrue))
        let former = VerifierReport.claim(RoleSamples.claim())
        #expect(verifier.hear([former.message]) != .violation(Violation.untrue), "it may be on its way")
    }

    @Test func aNewVerifierKnowsWhatItWasGivenAlone() throws {
        var verifier = try RoleSamples.verifier()
        verifier.starts([RoleSamples.signedDoor("ssh", seconds: 60)], now: 0)
        #expect(verifier.hear([VerifierReport.claim(RoleSamples.claim()).message]) == .violation(Violation.untrue))
    }

    // MARK: Accusations

    private func accuse(_ verifier: inout VerifierSupervisor, now: Milliseconds) -> VerifierSupervisor.Verdict? {
        verifier.hear([VerifierReport.listenerMisbehaved.message], now: now)
    }

    @Test func aSecondAccusationSoonAfterTheFirstIsRepeated() throws {
        var verifier = try RoleSamples.verifier()
        #expect(accuse(&verifier, now: 5) == .fact(.own(.listenerMisbehaved(isRepeated: false))))
        #expect(accuse(&verifier, now: 60_004) == .fact(.own(.listenerMisbehaved(isRepeated: true))))
    }

    @Test func aLateAccusationIsAFirstOne() throws {
        var verifier = try RoleSamples.verifier()
        _ = accuse(&verifier, now: 5)
        #expect(accuse(&verifier, now: 60_005) == .fact(.own(.listenerMisbehaved(isRepeated: false))))
    }

    @Test func theAccusationsOfTheVerifierBeforeCount() throws {
        var verifier = try RoleSamples.verifier()
        _ = accuse(&verifier, now: 5)
        verifier.starts([], now: 10)
        #expect(accuse(&verifier, now: 20) == .fact(.own(.listenerMisbehaved(isRepeated: true))))
    }
}
