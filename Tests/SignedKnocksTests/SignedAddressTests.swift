import Packets
import Testing

@testable import SignedKnocks

struct SignedAddressTests {
    /// Every range with its first and its last address, and what stands before and behind it.
    static let edges: [(text: String, isAllowed: Bool)] = [
        ("0.0.0.0", false), ("0.255.255.255", false), ("1.0.0.0", true),
        ("126.255.255.255", true), ("127.0.0.0", false), ("127.0.0.1", false), ("127.255.255.255", false),
        ("128.0.0.0", true),
        ("169.253.255.255", true), ("169.254.0.0", false), ("169.254.255.255", false), ("169.255.0.0", true),
        ("223.255.255.255", true), ("224.0.0.0", false), ("239.255.255.255", false), ("240.0.0.0", false),
        ("255.255.255.255", false),
        ("::", false), ("::1", false), ("::2", false), ("::ffff:ffff", false), ("::1:0:0", true),
        ("::fffe:ffff:ffff", true), ("::1:0:0:0", true),
        ("fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true), ("fe80::", false),
        ("febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false), ("fec0::", true),
        ("feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true), ("ff00::", false), ("ff02::1", false),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
        ("198.18.1.2", true), ("10.0.0.1", true), ("2001:db8::1", true), ("fd00::1", true),
    ]

    @Test(arguments: edges)
    func eachRangeIsRefusedAtItsEdgesAndNotBeyond(text: String, isAllowed: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(SignedAddress.isAllowed(address, onLoopback: false) == isAllowed)
    }

    @Test(arguments: edges)
    func loopbackAddressesAreAllowedOnLoopback(text: String, isAllowed: Bool) throws {
        let address = try #require(IPAddress(text))
        let isLoopback = text == "::1" || text.hasPrefix("127.")
        #expect(SignedAddress.isAllowed(address, onLoopback: true) == (isAllowed || isLoopback))
    }
}
