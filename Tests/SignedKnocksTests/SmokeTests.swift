import Keys
import Packets
import Testing

@testable import SignedKnocks

struct SmokeTests {
    @Test func aSignedKnockVerifies() throws {
        var secret = [UInt8](1...32)
        let keys = try WorkingKeys(secret: SecretBytes(taking: &secret), server: KeyName("gw")!)
        let verifier = try KnockVerifier(generations: [(keys, true)], window: TimeWindow(span: 30_000))
        let now: UInt64 = 1_700_000_000_000
        _ = try verifier.newHints(at: now)
        let body = SignedKnockBody(timestamp: now, address: nil, seconds: 0, operation: .open, door: "ssh")
        let datagram = try KnockSigner(keys).sign(body, nonce: Nonce(high: .max, low: .max - 1))
        let knock = try #require(
            UnverifiedKnock(source: IPAddress(ipv4: 0xC6120102), isOnLoopback: false, bytes: datagram))
        guard case .verified(let verified) = try verifier.verify(knock, now: now) else {
            Issue.record("refused"); return
        }
        #expect(verified.body == body)
    }
}
