import Keys
import Testing

@testable import SignedKnocks

struct MessageAuthenticationTests {
    private static func authentication(_ key: [UInt8]) throws -> MessageAuthentication {
        var key = key
        return try MessageAuthentication(key: SecretBytes(taking: &key))
    }

    /// RFC 4231, 4.2 to 4.8; of the fifth case it has the first 16 bytes only.
    private static let knownAnswers: [(key: [UInt8], message: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(1...25), [UInt8](repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0x0C, count: 20), Array("Test With Truncation".utf8),
            "a3b6167473100ee06e0c796c2955552b"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: 0..<7)
    func theKnownAnswersOfRFC4231(number: Int) throws {
        let (key, message, code) = Self.knownAnswers[number]
        let answer = try Self.authentication(key).code(of: message[...])
        #expect(answer.count == 32)
        #expect(answer.starts(with: Sample.bytes(code)))
    }

    @Test func eachMessageIsOneOfItsOwn() throws {
        let authentication = try Self.authentication(Array("Jefe".utf8))
        let first = try authentication.code(of: [1, 2, 3])
        _ = try authentication.code(of: [])
        #expect(try authentication.code(of: [1, 2, 3]) == first)
        #expect(try authentication.code(of: [1, 2, 4]) != first)
    }

    @Test func aSliceIsReadWhereItLies() throws {
        let authentication = try Self.authentication([1])
        let bytes: [UInt8] = [9, 9, 1, 2, 3, 9]
        #expect(try authentication.code(of: bytes[2..<5]) == authentication.code(of: [1, 2, 3]))
    }

    @Test func aCodeIsRightWithAllItsBitsOnly() throws {
        let authentication = try Self.authentication([1])
        let message: [UInt8] = [1, 2, 3]
        let code = try authentication.code(of: message[...])
        #expect(try authentication.isCode(code[...], of: message[...]))
        for bit in 0..<256 {
            var wrong = code
            wrong[bit / 8] ^= 1 << (bit % 8)
            #expect(try !authentication.isCode(wrong[...], of: message[...]))
        }
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func aCodeOfAnotherLengthIsWrong(length: Int) throws {
        let authentication = try Self.authentication([1])
        let code = try authentication.code(of: []) + [UInt8](repeating: 0, count: 64)
        #expect(try !authentication.isCode(code[..<length], of: []))
    }

    @Test func aHintIsTheFirstEightBytesForTheEpochInEight() throws {
        let authentication = try Self.authentication([1])
        let code = try authentication.code(of: [0, 0, 0, 0, 1, 2, 3, 4])
        let hint = try authentication.hint(ofEpoch: 0x0102_0304)
        #expect(hint == code[..<8].reduce(0) { $0 << 8 | UInt64($1) })
    }
}
