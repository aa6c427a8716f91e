import Testing

@testable import Keys

struct KeyDerivationTests {
    @Test func theFirstKnownAnswerOfRFC5869() throws {
        var secret = [UInt8](repeating: 0x0B, count: 22)
        let okm = try KeyDerivation.derive(
            from: SecretBytes(taking: &secret), salt: [UInt8](0...0x0C), info: [UInt8](0xF0...0xF9), count: 42)
        #expect(okm.copy().prefix(4) == [0x3C, 0xB2, 0x5F, 0x25])
    }
}
