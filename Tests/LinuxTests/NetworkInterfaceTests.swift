import Testing

@testable import Linux

struct NetworkInterfaceTests {
    @Test func theLoopbackHasItsAddress() throws {
        let loopback = try #require(NetworkInterface.named("lo"))
        #expect(loopback.name == "lo")
        #expect(loopback.isLoopback)
        #expect(loopback.addresses.map(AddressText.format).contains("127.0.0.1"))
        #expect(loopback.addresses.allSatisfy { $0.count == 16 })
    }

    @Test(arguments: ["", "l", "lo0", "LO", "no-such-interface"])
    func whatIsNotThereIsNone(name: String) {
        #expect(NetworkInterface.named(name) == nil)
    }
}
