import Hints
import Keys
import Testing

@testable import SignedKnocks

struct KnockSignerTests {
    @Test func theDatagramIsHintNonceBodyAndTag() throws {
        let keys = try Sample.keys()
        let body = Sample.body(seconds: 60)
        let nonce = Nonce(high: 1, low: 2)
        let datagram = try KnockSigner(keys).sign(body, nonce: nonce)
        #expect(datagram.count == 120)
        let hint = try MessageAuthentication(key: keys.hint).code(of: [0, 0, 0, 0, 0x01, 0xB0, 0x55, 0x15])
        #expect(TimeWindow.epoch(of: Sample.now) == 0x01B0_5515)
        #expect(datagram[0..<8] == hint[..<8])
        #expect(Array(datagram[8..<24]) == nonce.bytes)
        let plain = try BodyCipher().apply(keys.encrypt, nonce, to: datagram[24..<88])
        #expect(plain == body.bytes)
        #expect(try MessageAuthentication(key: keys.tag).isCode(datagram[88...], of: datagram[..<88]))
    }

    @Test func oneSignerMakesManyKnocks() throws {
        let signer = try KnockSigner(Sample.keys())
        let first = try signer.sign(Sample.body(), nonce: Nonce(high: 1, low: 2))
        let second = try signer.sign(Sample.body(), nonce: Nonce(high: 1, low: 3))
        #expect(first[..<8] == second[..<8])
        #expect(first[24...] != second[24...])
        #expect(try signer.sign(Sample.body(), nonce: Nonce(high: 1, low: 2)) == first)
    }
}
