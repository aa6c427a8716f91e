import Packets
import TestSupport
import Testing

struct IPAddressTests {
    @Test(
        arguments: [
            ("198.18.1.2", 0, 0xFFFF_C612_0102), ("0.0.0.0", 0, 0xFFFF_0000_0000),
            ("255.255.255.255", 0, 0xFFFF_FFFF_FFFF), ("::", 0, 0), ("::1", 0, 1),
            ("2001:db8::1", 0x2001_0DB8_0000_0000, 1), ("fe80::1:2", 0xFE80_0000_0000_0000, 0x0000_0000_0001_0002),
            (
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0xFFFF_FFFF_FFFF_FFFF,
                0xFFFF_FFFF_FFFF_FFFF
            ), ("::fffe:c612:102", 0, 0xFFFE_C612_0102), ("0:0:0:1::", 1, 0),
        ] as [(String, UInt64, UInt64)])
    func textAndBitsSayTheSame(text: String, high: UInt64, low: UInt64) throws {
        let address = try #require(IPAddress(text))
        #expect(address == IPAddress(high: high, low: low))
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("FD00:0:0::0002", "fd00::2"), ("::ffff:198.18.1.2", "198.18.1.2"), ("::FFFF:C612:0102", "198.18.1.2"),
        ("2001:0db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::198.18.1.2", "::198.18.1.2"),
    ])
    func sloppyTextBecomesCanonical(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
    }

    @Test(arguments: [
        "", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4", "0x7f.0.0.1", "2130706433",
        "localhost", "fe80::1%eth0", "[::1]", ":::", "1::2::3", "12345::", "1.2.3.4;reboot", "1.2.3.4/24", "%IP%",
        "1.2.3.4\n", "::1\0", "1.2.3.4\0; reboot",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func bytesAreMostSignificantFirst() {
        let address = IPAddress(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10)
        #expect(address.bytes == Array(1...16))
        #expect(IPAddress(bytes: Array(1...16)) == address)
    }

    @Test(arguments: [0, 4, 15, 17, 32])
    func anotherCountThanSixteenBytesIsNoAddress(count: Int) {
        #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test func anIPv4AddressHasItsMappedForm() {
        let address = IPAddress(ipv4: 0xC612_0102)
        #expect(address.bytes == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 198, 18, 1, 2])
        #expect(address == IPAddress("198.18.1.2"))
        #expect(address.isIPv4)
    }

    @Test(arguments: ["::", "::1", "::198.18.1.2", "::fffe:198.18.1.2", "::1:ffff:0:0", "1::ffff:0:0", "fe80::1"])
    func otherAddressesAreNotIPv4(text: String) throws {
        #expect(try !#require(IPAddress(text)).isIPv4)
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "0.255.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "254.1.1.1",
        "255.255.255.254", "255.255.255.255", "::", "ff00::", "ff02::1", "ff05::1:3",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ])
    func whatIsNoHostIsNoPeerAnywhere(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.canBePeer(onLoopback: false))
        #expect(!address.canBePeer(onLoopback: true))
    }

    @Test(arguments: ["127.0.0.0", "127.0.0.1", "127.255.255.255", "::1"])
    func loopbackIsAPeerOnLoopbackOnly(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.canBePeer(onLoopback: false))
        #expect(address.canBePeer(onLoopback: true))
    }

    @Test(arguments: [
        "1.0.0.0", "10.0.0.1", "126.255.255.255", "128.0.0.0", "169.254.1.1", "192.168.0.1", "198.18.1.2",
        "203.0.113.7", "223.255.255.255", "::2", "::198.18.1.2", "64:ff9b::1", "2001:db8::1", "fd00::1", "fe80::1",
        "feff::1", "1::1", "1::",
    ])
    func ordinaryAddressesArePeersEverywhere(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.canBePeer(onLoopback: false))
        #expect(address.canBePeer(onLoopback: true))
    }

    @Test func everyTextIsHarmlessToAShellAndReadsBackAsItself() {
        var random = SeededGenerator.announced()
        for number in 0..<2_000 {
            // Sparse bits make runs of zeros, which the canonical text shortens.
            let sparse = number.isMultiple(of: 2)
            let mask = sparse ? random.next() & random.next() & random.next() : .max
            let address =
                number.isMultiple(of: 5)
                ? IPAddress(ipv4: UInt32(truncatingIfNeeded: random.next()))
                : IPAddress(high: random.next() & mask, low: random.next() & mask & random.next())
            let text = address.description
            let isHarmless = text.utf8.allSatisfy { byte in "0123456789abcdef.:".utf8.contains(byte) }
            guard isHarmless, IPAddress(text) == address, IPAddress(bytes: address.bytes) == address else {
                Issue.record("\(address.bytes) is written \(text)")
                return
            }
        }
    }
}
