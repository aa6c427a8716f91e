import Testing

@testable import SignedKnocks

struct UnverifiedKnockTests {
    @Test func onlyOneLengthIsRight() {
        for length in 0...300 {
            #expect((Sample.unverified([UInt8](repeating: 1, count: length)) != nil) == (length == 120))
        }
    }

    @Test func hintAndNonceStandInFront() throws {
        let knock = try #require(Sample.unverified(Array(0..<120)))
        #expect(knock.hint == 0x0001_0203_0405_0607)
        #expect(knock.nonce == Nonce(high: 0x0809_0A0B_0C0D_0E0F, low: 0x1011_1213_1415_1617))
    }
}
