import Base
import Testing

struct SpellingTests {
    private static let words = ["add", "list", "rotate", "revoke", "prune", "export", "import"]

    @Test(arguments: [
        ("ad", "add"), ("lsit", "list"), ("List", "list"), ("rotat", "rotate"), ("rovoke", "revoke"),
        ("exprot", "export"), ("imports", "import"), ("pr", "prune"),
    ])
    func aNearWordIsFound(written: String, meant: String) {
        #expect(Spelling.nearest(to: written, among: Self.words) == meant)
    }

    @Test(arguments: ["", "a", "r", "adx", "delete", "nonsense", "ro te", String(repeating: "a", count: 10_000)])
    func aWordThatIsNearNoneMeansNone(written: String) {
        #expect(Spelling.nearest(to: written, among: Self.words) == nil)
    }

    @Test func theBeginningOfTwoWordsMeansNeither() {
        #expect(Spelling.nearest(to: "re", among: ["revoke", "reverse"]) == nil)
    }

    @Test func ofTwoNearWordsTheNearerIsMeant() {
        #expect(Spelling.nearest(to: "sequenxed", among: ["sequence", "sequenced"]) == "sequenced")
    }
}
