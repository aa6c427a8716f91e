import Testing

@testable import Keys

struct Base64Tests {
    private func encoded(_ bytes: [UInt8]) -> String {
        var bytes = bytes
        var text: [UInt8] = []
        Base64.append(SecretBytes(taking: &bytes), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func decoded(_ text: String, count: Int) -> [UInt8]? {
        Base64.decode(Array(text.utf8)[...], count: count)?.copy()
    }

    /// RFC 4648, 10.
    static let known = [
        ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: known)
    func theKnownAnswersOfRFC4648(text: String, base64: String) {
        #expect(encoded(Array(text.utf8)) == base64)
        #expect(decoded(base64, count: text.utf8.count) == Array(text.utf8))
    }

    @Test func everyCharacterIsUsed() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        let bytes = decoded(alphabet, count: 48)
        #expect(bytes?.first == 0)
        #expect(bytes?.last == 0xBF)
        #expect(bytes.map(encoded) == alphabet)
    }

    @Test(arguments: [
        ("", 0), ("", 1), ("Zg==", 2), ("Zg==", 3), ("Zg=", 1), ("Zg", 1), ("Zg==\n", 1), (" Zg==", 1), ("Zh==", 1),
        ("Zm9=", 2), ("Zm9v====", 3), ("Z===", 1), ("====", 1), ("=g==", 1), ("Z=g=", 1), ("Zm-v", 3), ("Zm_v", 3),
        ("Zm\u{0}v", 3), ("Zmév", 3),
    ])
    func anyOtherTextIsRefused(text: String, count: Int) {
        #expect(decoded(text, count: count) == nil)
    }

    @Test func ofTheLastCharactersOneInFourIsCanonical() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        let good = alphabet.filter { decoded(String(repeating: "A", count: 42) + "\($0)=", count: 32) != nil }
        #expect(good == "AEIMQUYcgkosw048")
    }

    @Test(arguments: 1...40)
    func whatIsWrittenIsReadAgain(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 201) }
        #expect(encoded(bytes).utf8.count == Base64.length(of: count))
        #expect(decoded(encoded(bytes), count: count) == bytes)
    }
}
