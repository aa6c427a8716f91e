import Base
import Glibc
import Testing

@testable import Linux

struct KnockOriginTests {
    @Test(arguments: ["eth0", "a", "fifteen-letters", "br-lan.7", "wg_0", "größe"])
    func aNameOfAnInterface(word: String) {
        #expect(KnockOrigin.isInterfaceName(word))
    }

    @Test(arguments: ["", ".", "..", "sixteen-letters-", "eth 0", "eth0\n", "a/b", "eth0:1", "\u{7F}"])
    func noNameOfAnInterface(word: String) {
        #expect(!KnockOrigin.isInterfaceName(word))
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func packetsToThisMachineBearItsOwnAddress(text: String) throws {
        let address = try #require(HostAddress(text))
        #expect(try KnockOrigin().source(to: address, port: 9) == address)
    }

    @Test(arguments: [false, true])
    func anInterfaceThatIsNotThereIsTold(udp: Bool) throws {
        let address = try #require(HostAddress("127.0.0.1"))
        let error = #expect(throws: SystemError.self) {
            try KnockSocket.rehearse(address, udp: udp, from: KnockOrigin(interface: "no-such-thing"))
        }
        #expect(error?.isMissingInterface ?? false)
    }

    @Test(arguments: [false, true])
    func theInterfaceThatIsThereIsTaken(udp: Bool) throws {
        let address = try #require(HostAddress("127.0.0.1"))
        try KnockSocket.rehearse(address, udp: udp, from: KnockOrigin(interface: "lo"))
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func aPortThatAnotherSocketHasIsTold(text: String) throws {
        let address = try #require(HostAddress(text))
        for (udp, kind) in [(false, SOCK_STREAM), (true, SOCK_DGRAM)] {
            let holder = try address.socket(kind)
            try holder.bind(to: address.unspecified, port: 0)
            if !udp { try #require(listen(holder.number, 1) == 0) }
            let origin = KnockOrigin(port: try holder.localName().port)
            let error = #expect(throws: SystemError.self) {
                try KnockSocket.rehearse(address, udp: udp, from: origin)
            }
            #expect(error?.meansPortTaken ?? false)
        }
    }
}
