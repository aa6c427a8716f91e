import Events
import Testing

struct HostNameTests {
    @Test(arguments: [
        "client.example", "a", "A-1_b.example.", "xn--bcher-kva.example", "10.0.0.1.example", "1.2.3.4.5",
    ])
    func aProperNameStaysAsItIs(text: String) {
        #expect(HostName(text)?.description == text)
    }

    /// The owner of an address's reverse zone may put anything there.
    @Test(arguments: [
        ("evil\n198.18.1.9: door: OPEN SESAME", "evil?198.18.1.9??door??OPEN?SESAME"),
        ("a): door: Stage 1 (b", "a???door??Stage?1??b"), ("\u{1B}[2J\u{07}\u{7F}\u{0}", "??2J???"),
        ("b\u{FC}cher.example", "b?cher.example"), ("\u{202E}elpmaxe", "?elpmaxe"), ("a\r\nb", "a??b"),
        ("e\u{301}.example", "e?.example"), ("$(reboot);`x`%s%n\\", "??reboot???x??s?n?"), ("\u{FFFD}", "?"),
    ])
    func nothingButHostNameCharactersPasses(text: String, name: String) {
        #expect(HostName(text)?.description == name)
    }

    @Test(arguments: ["198.18.1.9", "0.0.0.0", "255.255.255.255"])
    func aNameThatReadsAsAnAddressIsNone(text: String) {
        #expect(HostName(text) == nil)
    }

    @Test func anIPv6AddressIsNoNameEither() {
        #expect(HostName("fd00::1")?.description == "fd00??1", "filters can take that for no address")
    }

    @Test func aNameHasALengthThatDNSHas() {
        #expect(HostName("") == nil)
        #expect(HostName(String(repeating: "n", count: 253)) != nil)
        #expect(HostName(String(repeating: "n", count: 254)) == nil)
    }
}
