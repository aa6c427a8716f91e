import Testing

@testable import Keys

struct NamesTests {
    @Test(arguments: ["a", "A.b_c-9", "9", "a..", "a-", String(repeating: "z", count: 64)])
    func theseAreNames(text: String) {
        #expect(KeyName(text)?.description == text)
    }

    @Test(arguments: [
        "", " ", "a b", "a/b", "é", "a\u{0}", "a\n", "a\\", "a:b", "@", ".", "..", "-x", "-rf", "_a", ".knockctl-x",
        "-", "\u{202e}a", String(repeating: "z", count: 65),
    ])
    func theseAreNone(text: String) {
        #expect(KeyName(text) == nil)
    }

    @Test(arguments: [(0, 0), (0, 1), (.max, .max), (1 << 60, 0xFF)] as [(UInt64, UInt64)])
    func anIDIsReadAgain(high: UInt64, low: UInt64) {
        let id = GenerationID(high: high, low: low)
        #expect(id.description.utf8.count == 32)
        #expect(GenerationID(id.description) == id)
    }

    @Test(arguments: [
        "", "0", String(repeating: "0", count: 31), String(repeating: "A", count: 32),
        "+" + String(repeating: "0", count: 31), String(repeating: "0", count: 33),
    ])
    func anyOtherTextIsNoID(text: String) {
        #expect(GenerationID(text) == nil)
    }
}
