import Testing

@testable import Keys

struct KeyDerivationTests {
    /// A known answer; bytes as hexadecimal digits.
    struct KnownAnswer: CustomStringConvertible {
        let description: String
        let secret: [UInt8]
        let salt: [UInt8]
        let info: [UInt8]
        let answer: String
    }

    /// RFC 5869, A.1 to A.3: all that use SHA-256.
    static let published = [
        KnownAnswer(
            description: "A.1", secret: .init(repeating: 0x0B, count: 22), salt: .init(0...0x0C),
            info: .init(0xF0...0xF9),
            answer: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        KnownAnswer(
            description: "A.2", secret: .init(0...0x4F), salt: .init(0x60...0xAF), info: .init(0xB0...0xFF),
            answer: "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"),
        KnownAnswer(
            description: "A.3", secret: .init(repeating: 0x0B, count: 22), salt: [], info: [],
            answer: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
    ]

    @Test(arguments: published)
    func theKnownAnswersOfRFC5869(known: KnownAnswer) throws {
        var secret = known.secret
        let derived = try KeyDerivation.derive(
            from: SecretBytes(taking: &secret), salt: known.salt, info: known.info, count: known.answer.count / 2)
        #expect(hex(derived) == known.answer)
    }

    @Test func aKeyIsBoundToItsPurposeAndServer() throws {
        let secret = Sample.secret(7)
        let keys = try ["gw.example.org", "gw.example.com"].map {
            try WorkingKeys(secret: secret, server: Sample.name($0))
        }
        let all = keys.flatMap { [hex($0.hint), hex($0.encrypt), hex($0.tag), $0.id.description] }
        #expect(Set(all).count == 8)
    }

    @Test func theIDIsWhatTheWorkingKeysSay() throws {
        let server = Sample.name("gw.example.org")
        let keys = try WorkingKeys(secret: Sample.secret(7), server: server)
        #expect(try GenerationID(of: Sample.secret(7), server: server) == keys.id)
    }

    private func hex(_ bytes: SecretBytes) -> String {
        bytes.copy().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
