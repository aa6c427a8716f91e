import Packets
import Testing

@testable import knock

struct OwnAddressTests {
    @Test(
        arguments: [
            // From an address that all can reach, whatever the host's is.
            ("8.8.4.4", "9.9.9.9", 120, "8.8.4.4"), ("2a00::5", "2a01::1", 64, "2a00::5"),
            ("8.8.4.4", "9.9.9.9", nil, "8.8.4.4"),
            ("8.8.4.4", "10.0.0.1", 120, "8.8.4.4"),
            // From a private one: named on its own network only.
            ("192.168.1.5", "9.9.9.9", 120, nil), ("192.168.1.5", "192.168.1.1", 120, "192.168.1.5"),
            ("192.168.1.5", "192.168.2.1", 120, nil), ("192.168.1.5", "192.168.1.1", nil, nil),
            ("10.1.2.3", "10.200.0.1", 104, "10.1.2.3"), ("10.1.2.3", "10.200.0.1", 112, nil),
            ("100.64.0.9", "9.9.9.9", 106, nil), ("100.64.0.9", "100.64.0.1", 120, "100.64.0.9"),
            ("198.18.1.2", "198.18.1.1", 120, "198.18.1.2"), ("198.18.1.2", "198.19.1.1", 120, nil),
            ("fd00::2", "fd00::1", 64, "fd00::2"), ("fd00::2", "fd00:0:0:1::1", 64, nil),
            ("fd00::2", "2a00::1", 64, nil),
            ("2001:db8::2", "2001:db8::1", 64, "2001:db8::2"), ("fd00::2", "fd00::3", 128, nil),
            ("fd00::2", "fd00::2", 128, "fd00::2"),
            // What no server opens for.
            ("127.0.0.1", "127.0.0.1", 104, nil), ("::1", "::1", 128, nil), ("fe80::1", "fe80::2", 64, nil),
            ("169.254.1.1", "169.254.1.2", 112, nil),
            // NAT64.
            ("2a00::5", "64:ff9b::808:808", 64, nil), ("2a00::5", "64:ff9b:1:2::8", 64, nil),
            ("2a00::5", "64:ff9c::1", 64, "2a00::5"),
            ("2a00::5", "64:ff9b:0:0:1::1", 64, "2a00::5"),
        ] as [(String, String, Int?, String?)])
    func anAddressIsNamedWhereTheServerSeesTheSame(
        source: String, destination: String, prefixLength: Int?, named: String?
    ) throws {
        let chosen = OwnAddress.named(
            source: try #require(IPAddress(source)), destination: try #require(IPAddress(destination)),
            prefixLength: prefixLength)
        #expect(chosen == named.flatMap { IPAddress($0) })
    }

    @Test(arguments: [
        ("0.255.255.255", false), ("1.0.0.0", true), ("9.255.255.255", true), ("10.0.0.0", false),
        ("10.255.255.255", false), ("11.0.0.0", true), ("100.63.255.255", true), ("100.64.0.0", false),
        ("100.127.255.255", false), ("100.128.0.0", true), ("172.15.255.255", true), ("172.16.0.0", false),
        ("172.31.255.255", false), ("172.32.0.0", true), ("192.0.0.255", false), ("192.0.1.0", true),
        ("192.0.2.1", false), ("192.167.255.255", true), ("192.168.0.0", false), ("192.169.0.0", true),
        ("198.17.255.255", true), ("198.18.0.0", false), ("198.19.255.255", false), ("198.20.0.0", true),
        ("198.51.100.1", false), ("203.0.113.255", false), ("203.0.114.0", true), ("223.255.255.255", true),
        ("224.0.0.0", false), ("255.255.255.255", false), ("127.1.2.3", false), ("169.254.0.1", false),
        ("1fff:ffff::", false), ("2000::", true), ("2001:0:1::1", false), ("2001:1ff::1", false), ("2001:200::1", true),
        ("2001:db8::1", false), ("2001:db9::1", true), ("2002::1", false), ("2003::1", true),
        ("3fff:0fff::1", false), ("3fff:1000::1", true), ("4000::", false), ("fd00::1", false), ("fe80::1", false),
        ("::1", false), ("64:ff9b::1", false),
    ])
    func theRangesEndWhereTheRegistriesSay(text: String, isGlobal: Bool) throws {
        #expect(OwnAddress.isGloballyReachable(try #require(IPAddress(text))) == isGlobal)
    }
}
