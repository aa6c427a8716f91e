import Base
import Testing

struct AddressTextTests {
    @Test(arguments: [
        "0.0.0.0", "198.18.1.2", "255.255.255.255", "::", "::1", "2001:db8::1", "fd00:198:18:1::2", "fe80::1",
        "2001:db8:0:1:1:1:1:1",
    ])
    func canonicalTextSurvivesARoundTrip(text: String) throws {
        let bytes = try #require(AddressText.parse(text))
        #expect(bytes.count == 16)
        #expect(AddressText.format(bytes) == text)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "localhost", "fe80::1%eth0", "[::1]", ":::", "1::2::3",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(AddressText.parse(text) == nil)
    }

    @Test func sloppyIPv6TextBecomesCanonical() throws {
        #expect(AddressText.format(try #require(AddressText.parse("FD00:0:0::0002"))) == "fd00::2")
    }

    @Test func mappedAddressIsWrittenAsIPv4() throws {
        #expect(AddressText.format(try #require(AddressText.parse("::ffff:198.18.1.2"))) == "198.18.1.2")
    }
}
