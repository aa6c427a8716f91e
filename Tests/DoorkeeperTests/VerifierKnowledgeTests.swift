import Base
import Hints
import KeyMessages
import Keys
import Packets
import SignedKnocks
import Testing

@testable import Doorkeeper

struct VerifierKnowledgeTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private let known = GenerationID(high: 1, low: 2)
    private var knowledge = VerifierKnowledge()

    init() throws {
        knowledge.add([try RoleSamples.generation(known), .door(Self.door("ssh", seconds: 60)), .apply(window: 30_000)])
    }

    private static func door(_ name: String, seconds: Milliseconds) -> VerifierRules.Door {
        VerifierRules.Door(name: name, flags: [Bool](repeating: true, count: 6), longest: seconds * 1000)
    }

    private func claim(
        of generation: GenerationID? = nil, door: String = "ssh", openFor: Milliseconds? = nil
    ) -> SignedClaim {
        SignedClaim(
            generation: generation ?? known, nonce: Nonce(high: 0, low: 0), timestamp: 0, operation: .open, door: door,
            address: Self.source, source: Self.source, isOnLoopback: false, openFor: openFor,
            namesAddress: false)
    }

    @Test func whatTheVerifierWasToldItMayClaim() {
        #expect(knowledge.allows(claim()))
        #expect(knowledge.allows(claim(openFor: 60_000)))
    }

    @Test func anythingElseItCannot() {
        #expect(!knowledge.allows(claim(openFor: 60_001)))
        #expect(!knowledge.allows(claim(door: "web")))
        #expect(!knowledge.allows(claim(of: GenerationID(high: 1, low: 3))))
        #expect(!VerifierKnowledge().allows(claim()))
    }

    @Test mutating func whatItWasToldBeforeAReloadMayStillBeOnItsWay() throws {
        knowledge.add([try RoleSamples.generation(GenerationID(high: 9, low: 9)), .door(Self.door("ssh", seconds: 5))])
        #expect(knowledge.allows(claim(openFor: 60_000)))
        #expect(knowledge.allows(claim(of: GenerationID(high: 9, low: 9))))
        knowledge.add([.door(Self.door("ssh", seconds: 90))])
        #expect(knowledge.allows(claim(openFor: 90_000)))
    }
}
