import Base
import Hints
import KeyMessages
import Keys
import Packets
import SignedKnocks
import Testing

@testable import Doorkeeper

struct VerifierBriefTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private let known = GenerationID(high: 1, low: 2)
    private var brief = VerifierBrief()

    init() throws {
        brief.add([try generation(known), .door(Self.door("ssh", seconds: 60)), .apply(window: 30_000)])
    }

    private func generation(_ id: GenerationID) throws -> VerifierOrder {
        let name = try #require(KeyName("laptop"))
        func secret() -> SecretBytes {
            var bytes = [UInt8](repeating: 1, count: WorkingKeys.size)
            return SecretBytes(taking: &bytes)
        }
        let keys = WorkingKeys(id: id, hint: secret(), encrypt: secret(), tag: secret())
        return .generation(key: name, number: 1, isUsable: true, keys)
    }

    private static func door(_ name: String, seconds: Milliseconds) -> VerifierTable.Door {
        VerifierTable.Door(name: name, flags: [Bool](repeating: true, count: 6), longest: seconds * 1000)
    }

    private func order(
        of generation: GenerationID? = nil, door: String = "ssh", openFor: Milliseconds? = nil
    ) -> SignedOrder {
        SignedOrder(
            generation: generation ?? known, nonce: Nonce(high: 0, low: 0), timestamp: 0, operation: .open, door: door,
            address: Self.source, source: Self.source, isOnLoopback: false, openFor: openFor,
            namesAddress: false)
    }

    @Test func whatTheVerifierWasToldItMayOrder() {
        #expect(brief.allows(order()))
        #expect(brief.allows(order(openFor: 60_000)))
    }

    @Test func anythingElseItCannot() {
        #expect(!brief.allows(order(openFor: 60_001)))
        #expect(!brief.allows(order(door: "web")))
        #expect(!brief.allows(order(of: GenerationID(high: 1, low: 3))))
        #expect(!VerifierBrief().allows(order()))
    }

    @Test mutating func whatItWasToldBeforeAReloadMayStillBeOnItsWay() throws {
        brief.add([try generation(GenerationID(high: 9, low: 9)), .door(Self.door("ssh", seconds: 5))])
        #expect(brief.allows(order(openFor: 60_000)))
        #expect(brief.allows(order(of: GenerationID(high: 9, low: 9))))
        brief.add([.door(Self.door("ssh", seconds: 90))])
        #expect(brief.allows(order(openFor: 90_000)))
    }
}
