import Doors
import Packets
import Testing

struct ActionTemplateTests {
    private let address: IPAddress

    init() throws {
        address = try #require(IPAddress("198.18.1.2"))
    }

    private func command(_ text: String) throws -> String? {
        try #require(ActionTemplate(text)).command(for: address)
    }

    @Test func anEmptyTextIsNoTemplate() {
        #expect(ActionTemplate("") == nil)
    }

    @Test(arguments: [
        ("%IP%", "198.18.1.2"),
        ("%IP%%IP%", "198.18.1.2198.18.1.2"),
        ("%IP% a %IP%", "198.18.1.2 a 198.18.1.2"),
        ("echo %IP%", "echo 198.18.1.2"),
        ("%IP% echo", "198.18.1.2 echo"),
        ("%%IP%", "%198.18.1.2"),
        ("%%IP%%", "%198.18.1.2%"),
        ("%IP%IP%", "198.18.1.2IP%"),
        ("'%IP%'", "'198.18.1.2'"),
    ])
    func everyTokenIsReplacedFromLeftToRight(text: String, expected: String) throws {
        #expect(try command(text) == expected)
    }

    @Test(arguments: ["%ip%", "%Ip%", "% IP%", "%IP", "IP%", "%I%P%", "%", "%%", "%I\u{301}P%", "date +%d", " "])
    func whatIsNotTheTokenStaysAsItIs(text: String) throws {
        #expect(try command(text) == text)
    }

    /// A shell sees bytes, whatever characters they make.
    @Test(arguments: [
        ("ä%IP%ö", "ä198.18.1.2ö"),
        ("🚪%IP%🚪", "🚪198.18.1.2🚪"),
        ("\u{600}%IP%", "\u{600}198.18.1.2"),
        ("\u{200D}%IP%", "\u{200D}198.18.1.2"),
        ("%IP%\u{301}", "198.18.1.2\u{301}"),
        ("%IP%\u{200D}", "198.18.1.2\u{200D}"),
        ("%IP%\u{FE0F}x%IP%", "198.18.1.2\u{FE0F}x198.18.1.2"),
        ("\r\n%IP%\r\n", "\r\n198.18.1.2\r\n"),
    ])
    func theTokenIsFoundBesideAnyCharacter(text: String, expected: String) throws {
        #expect(try command(text).map { Array($0.utf8) } == Array(expected.utf8))
    }

    @Test(arguments: [
        ("2001:DB8:0:0::1", "2001:db8::1"), ("::ffff:198.18.1.2", "198.18.1.2"), ("fe80::1", "fe80::1"), ("::", "::"),
    ])
    func theAddressIsWrittenCanonically(text: String, expected: String) throws {
        let address = try #require(IPAddress(text))
        #expect(ActionTemplate("a %IP% b")?.command(for: address) == "a \(expected) b")
    }

    @Test(arguments: [("", 0), ("%IP%", 10), ("%IP%%IP%", 20)])
    func aCommandOf4095BytesIsTheLongest(tokens: String, replaced: Int) throws {
        let longest = String(repeating: "x", count: 4095 - replaced) + tokens
        #expect(try command(longest)?.utf8.count == 4095)
        #expect(try command("x" + longest) == nil)
    }

    @Test func theLimitCountsBytes() throws {
        #expect(try command(String(repeating: "ä", count: 2047) + "x")?.utf8.count == 4095)
        #expect(try command(String(repeating: "ä", count: 2048)) == nil)
    }

    @Test func replacingCanMakeALongTextShortEnough() throws {
        // Five tokens of four bytes each become "::".
        let text = String(repeating: "x", count: 4085) + String(repeating: "%IP%", count: 5)
        let unspecified = try #require(IPAddress("::"))
        #expect(ActionTemplate(text)?.command(for: unspecified)?.utf8.count == 4095)
    }
}
