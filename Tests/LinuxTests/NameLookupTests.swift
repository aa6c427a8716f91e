import Base
import Linux
import Testing

/// Only what is answered without a name server.
struct NameLookupTests {
    @Test(arguments: ["127.0.0.1", "::1", "198.18.1.1", "fd00::1"])
    func aNumericAddressIsItsOwnAnswer(text: String) throws {
        #expect(try NameLookup.addresses(of: text, .any).map(\.description) == [text])
    }

    @Test func aLinkLocalAddressKeepsItsInterface() throws {
        let addresses = try NameLookup.addresses(of: "fe80::1%lo", .any)
        #expect(addresses.map(\.description) == ["fe80::1%lo"])
        #expect(addresses.map(\.scope) == [1])
    }

    @Test func localhostIsLoopback() throws {
        let addresses = try NameLookup.addresses(of: "localhost", .ipv4)
        #expect(addresses.map(\.description).contains("127.0.0.1"))
        #expect(Set(addresses).count == addresses.count)
    }

    @Test(arguments: [("127.0.0.1", NameLookup.Family.ipv6), ("::1", .ipv4)])
    func aFamilyThatTheHostLacksIsAnError(text: String, family: NameLookup.Family) {
        let error = #expect(throws: NameLookupError.self) { try NameLookup.addresses(of: text, family) }
        #expect(error?.name == text)
        #expect(error?.reason.isEmpty == false)
        #expect(error?.isTemporary == false)
    }

    @Test func wellKnownServicesHaveTheirPorts() {
        #expect(NameLookup.port(ofService: "ssh", udp: false) == 22)
        #expect(NameLookup.port(ofService: "domain", udp: true) == 53)
        #expect(NameLookup.port(ofService: "7000x", udp: false) == nil)
        #expect(NameLookup.port(ofService: "", udp: false) == nil)
    }

    @Test func loopbackHasItsName() {
        #expect(NameLookup.name(ofAddress: AddressText.mappedPrefix + [127, 0, 0, 1]) == "localhost")
    }

    @Test(arguments: [0, 4, 15, 17])
    func whatIsNoAddressHasNoName(count: Int) {
        #expect(NameLookup.name(ofAddress: [UInt8](repeating: 1, count: count)) == nil)
    }
}
