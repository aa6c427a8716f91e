import Hints
import Keys
import Testing

@testable import SignedKnocks

struct BodyCipherTests {
    private static func secret(_ bytes: [UInt8]) -> SecretBytes {
        var bytes = bytes
        return SecretBytes(taking: &bytes)
    }

    /// NIST SP 800-38A, F.5.5.
    @Test func theKnownAnswerOfNIST() throws {
        let key = Self.secret(Sample.bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"))
        let nonce = Nonce(high: 0xF0F1_F2F3_F4F5_F6F7, low: 0xF8F9_FAFB_FCFD_FEFF)
        let plain = Sample.bytes(
            """
            6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51
            30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710
            """)
        let encrypted = Sample.bytes(
            """
            601ec313775789a5b7a7f504bbf3d228 f443e3ca4d62b59aca84e990cacaf5c5
            2b0930daa23de94ce87017ba2d84988d dfc9c58db67aada613c2dd08457941a6
            """)
        let cipher = try BodyCipher()
        #expect(try cipher.apply(key, nonce, to: plain[...]) == encrypted)
        #expect(try cipher.apply(key, nonce, to: encrypted[...]) == plain, "decrypting is the same")
    }

    @Test func theCounterGoesOnAtZeroAfterItsGreatestValue() throws {
        let key = Self.secret([UInt8](1...32))
        let cipher = try BodyCipher()
        let zeros = [UInt8](repeating: 0, count: 64)
        let wrapping = try cipher.apply(key, Nonce(high: .max, low: .max - 1), to: zeros[...])
        let fromMax = try cipher.apply(key, Nonce(high: .max, low: .max), to: zeros[...])
        let fromZero = try cipher.apply(key, Nonce(high: 0, low: 0), to: zeros[...])
        #expect(wrapping[16...] == fromMax[..<48])
        #expect(wrapping[32...] == fromZero[..<32])
    }

    @Test func theCounterCarriesIntoItsFirstHalf() throws {
        let key = Self.secret([UInt8](1...32))
        let cipher = try BodyCipher()
        let zeros = [UInt8](repeating: 0, count: 32)
        let carrying = try cipher.apply(key, Nonce(high: 5, low: .max), to: zeros[...])
        let next = try cipher.apply(key, Nonce(high: 6, low: 0), to: zeros[...])
        #expect(carrying[16...] == next[..<16])
    }

    @Test func eachCallBeginsAnew() throws {
        let key = Self.secret([UInt8](1...32))
        let cipher = try BodyCipher()
        let nonce = Nonce(high: 1, low: 2)
        let first = try cipher.apply(key, nonce, to: [1, 2, 3])
        _ = try cipher.apply(Self.secret([UInt8](2...33)), Nonce(high: 7, low: 7), to: [5, 5])
        #expect(try cipher.apply(key, nonce, to: [1, 2, 3]) == first)
    }
}
