import Doors
import Keys
import Packets
import Testing

struct ActionTemplateTests {
    private let address: IPAddress

    init() throws {
        address = try #require(IPAddress("198.18.1.2"))
    }

    private func command(_ text: String) throws -> String? {
        try #require(ActionTemplate(text)).command(for: values(address))
    }

    private func values(_ address: IPAddress) -> CommandValues {
        CommandValues(address: address, key: nil, door: "ssh", seconds: 10)
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
        #expect(ActionTemplate("a %IP% b")?.command(for: values(address)) == "a \(expected) b")
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
        #expect(ActionTemplate(text)?.command(for: values(unspecified))?.utf8.count == 4095)
    }

    // MARK: Further tokens

    private func full(_ key: KeyName?, door: String = "web-1") -> CommandValues {
        CommandValues(address: address, key: key, door: door, seconds: 3600)
    }

    @Test(arguments: [
        ("%KEY%", "laptop"), ("%DOOR%", "web-1"), ("%SECONDS%", "3600"),
        ("a %IP% -k %KEY% -d '%DOOR%' %SECONDS%s", "a 198.18.1.2 -k laptop -d 'web-1' 3600s"),
        ("%KEY%KEY%", "laptopKEY%"), ("%%SECONDS%%", "%3600%"), ("%IP%%KEY%%DOOR%", "198.18.1.2laptopweb-1"),
        ("%key% %Door% %SECOND% %KEYS% %SECONDS", "%key% %Door% %SECOND% %KEYS% %SECONDS"),
    ])
    func theOtherTokensAreReplacedToo(text: String, expected: String) throws {
        #expect(try #require(ActionTemplate(text)).command(for: full(try Sample.key("laptop"))) == expected)
    }

    /// What is put in is never looked at again.
    @Test func aClassicKnockHasNoKey() throws {
        #expect(ActionTemplate("a '%KEY%' %I%KEY%P%")?.command(for: full(nil)) == "a '' %IP%")
    }

    @Test func aDoorsNameThatCouldMeanSomethingIsNeverPutIn() throws {
        for name in ["a b", "$(x)", "a;b", "tür", ""] {
            #expect(ActionTemplate("<%DOOR%>")?.command(for: full(nil, door: name)) == "<>")
        }
        #expect(ActionTemplate.canName("a.B_c-9"))
        #expect(!ActionTemplate.canName("a b"))
    }

    @Test(arguments: [("%DOOR%", true), ("%%DOOR%", true), ("a %IP%%DOOR%", true), ("%door%", false), ("%IP%", false)])
    func whetherItNamesTheDoorIsKnown(text: String, expected: Bool) throws {
        #expect(try #require(ActionTemplate(text)).namesDoor == expected)
    }

    @Test(arguments: [
        ("a %IP%", true), ("a '%%IP%'", true), ("a $KNOCK_ADDRESS", true), ("a", false), ("a %ip% %KEY%", false),
    ])
    func whetherItNamesTheAddressIsKnown(text: String, expected: Bool) throws {
        #expect(try #require(ActionTemplate(text)).namesAddress == expected)
    }

    @Test func theEnvironmentSaysAllOfIt() throws {
        #expect(
            full(try Sample.key("laptop"), door: "a b").environment
                == ["KNOCK_ADDRESS=198.18.1.2", "KNOCK_KEY=laptop", "KNOCK_DOOR=a b", "KNOCK_SECONDS=3600"])
        #expect(full(nil).environment.contains("KNOCK_KEY="))
    }
}
