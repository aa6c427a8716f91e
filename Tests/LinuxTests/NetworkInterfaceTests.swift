import Base
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

    @Test func anyHasTheAddressesOfAll() throws {
        let all = NetworkInterface.all()
        let any = try #require(all.last)
        #expect(any.name == "any")
        #expect(any.index == 0 && any.isUp && !any.isLoopback)
        #expect(any.addresses.map(AddressText.format).contains("127.0.0.1"))
    }

    @Test(arguments: ["eth0", "eth0:1", "a", "any", "wg-home.5", "abcdefghijklmno"])
    func aNameThatCanBe(name: String) {
        #expect(NetworkInterface.canBeNamed(name))
    }

    @Test(arguments: ["", " ", "eth 0", "a/b", ".", "..", "abcdefghijklmnop", "a\n", "a\u{7F}"])
    func aNameThatCannotBe(name: String) {
        #expect(!NetworkInterface.canBeNamed(name))
    }

    @Test func anAddressOfThisHostHasItsNetworksLength() throws {
        #expect(NetworkInterface.prefixLength(of: try #require(AddressText.parse("127.0.0.1"))) == 96 + 8)
        #expect(NetworkInterface.prefixLength(of: try #require(AddressText.parse("198.18.255.254"))) == nil)
        let loopback = try #require(NetworkInterface.named("lo"))
        if let own = AddressText.parse("::1"), loopback.addresses.contains(own) {
            #expect(NetworkInterface.prefixLength(of: own) == 128)
        }
    }
}
