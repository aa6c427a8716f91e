import Base
import Testing

struct FNV1aTests {
    @Test(arguments: [
        // Published vectors.
        ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"), ("", "cbf29ce484222325"),
        // Small hashes keep their zeros.
        ("!0IC=VloaY", "0000000000000000"), ("/etc/190.conf", "0041e72f5232c83f"),
    ])
    func bytesHaveTheirNumberInOnePieceOrInSeveral(text: String, digits: String) {
        #expect(FNV1a(text.utf8).description == digits)
        var pieces = FNV1a()
        for byte in text.utf8 { pieces.add([byte]) }
        #expect(pieces.description == digits)
    }
}
