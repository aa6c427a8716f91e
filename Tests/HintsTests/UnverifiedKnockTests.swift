import Packets
import Testing

@testable import Hints

struct UnverifiedKnockTests {
    private func knock(_ bytes: [UInt8]) -> UnverifiedKnock? {
        UnverifiedKnock(source: IPAddress(ipv4: 0xC612_0102), isOnLoopback: false, bytes: bytes)
    }

    @Test func onlyOneLengthIsRight() {
        for length in 0...300 {
            #expect((knock([UInt8](repeating: 1, count: length)) != nil) == (length == 120))
        }
    }

    @Test func hintAndNonceStandInFront() throws {
        let knock = try #require(self.knock(Array(0..<120)))
        #expect(knock.hint == 0x0001_0203_0405_0607)
        #expect(knock.nonce == Nonce(high: 0x0809_0A0B_0C0D_0E0F, low: 0x1011_1213_1415_1617))
    }
}
