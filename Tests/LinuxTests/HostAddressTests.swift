import Base
import Glibc
import Testing

@testable import Linux

struct HostAddressTests {
    @Test(arguments: [("198.18.1.1", true), ("::ffff:198.18.1.1", true), ("::1", false), ("fd00::1", false)])
    func mappedAddressesAreIPv4(text: String, isIPv4: Bool) throws {
        let address = try #require(HostAddress(text))
        #expect(address.isIPv4 == isIPv4)
        #expect(address.family == (isIPv4 ? AF_INET : AF_INET6))
    }

    @Test(arguments: ["", "localhost", "1.2.3", "fe80::1%lo"])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(HostAddress(text) == nil)
    }

    @Test func aLinkLocalAddressNamesItsInterface() throws {
        let bytes = try #require(AddressText.parse("fe80::1"))
        #expect(HostAddress(bytes: bytes, scope: 1).description == "fe80::1%lo")
        #expect(HostAddress(bytes: bytes, scope: 4_000_000).description == "fe80::1%4000000")
    }

    @Test(arguments: [
        ("fe80::1", true), ("febf::1", true), ("fec0::1", false), ("fd00::1", false), ("ff02::1", false),
        ("254.128.0.1", false),
    ])
    func onlyALinkLocalAddressLacksItsInterface(text: String, expected: Bool) throws {
        let address = try #require(HostAddress(text))
        #expect(address.lacksInterface == expected)
        #expect(!HostAddress(bytes: address.bytes, scope: 1).lacksInterface)
    }

    @Test(arguments: [
        // family (in this machine's order), port 7000, address
        ("198.18.1.2", [0x1B, 0x58, 198, 18, 1, 2] as [UInt8]),
        // port, flow label, address, scope
        ("fd00::1", [0x1B, 0x58, 0, 0, 0, 0, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
    ])
    func theKernelGetsPortAndAddressInNetworkOrder(text: String, expected: [UInt8]) throws {
        let address = try #require(HostAddress(text))
        let bytes = unsafe address.withSocketAddress(port: 7000) { raw, length in
            unsafe Array(UnsafeRawBufferPointer(start: raw, count: Int(length)))
        }
        #expect(bytes.count == (address.isIPv4 ? 16 : 28))
        #expect(bytes[2...].prefix(expected.count).elementsEqual(expected))
    }
}
