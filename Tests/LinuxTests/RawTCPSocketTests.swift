import Base
import Glibc
import Testing

@testable import Linux

@Suite(.enabled(if: geteuid() == 0, "raw sockets take root"))
struct RawTCPSocketTests {
    @Test(arguments: ["127.0.0.1", "::1"])
    func aSegmentArrivesAsItWasMade(text: String) throws {
        let address = try #require(HostAddress(text))
        let way = try RawTCPSocket(to: address, port: 9, from: KnockOrigin())
        #expect(way.source == address)
        #expect(way.sourcePort != 0)
        // Data offset 5 and no flag at all: the kernel's TCP drops it, a raw socket gets it first.
        let port = [UInt8(way.sourcePort >> 8), UInt8(way.sourcePort & 0xFF)]
        let segment: [UInt8] = port + [0, 9, 1, 2, 3, 4, 0, 0, 0, 0, 0x50, 0, 0, 0, 0xAB, 0xCD, 0, 0]
        let receiver = try address.socket(SOCK_RAW, protocol: Int32(IPPROTO_TCP))
        try way.send(segment)
        #expect(try received(receiver, endingWith: segment))
    }

    @Test func theLocalPortIsTheOneAskedFor() throws {
        let address = try #require(HostAddress("127.0.0.1"))
        let free = try RawTCPSocket(to: address, port: 9, from: KnockOrigin()).sourcePort
        #expect(try RawTCPSocket(to: address, port: 9, from: KnockOrigin(port: free)).sourcePort == free)
    }

    @Test func aPortOfAListenerIsNotTaken() throws {
        let address = try #require(HostAddress("127.0.0.1"))
        let holder = try address.socket(SOCK_STREAM)
        try holder.bind(to: address, port: 0)
        try #require(listen(holder.number, 1) == 0)
        let origin = KnockOrigin(port: try holder.localName().port)
        #expect(throws: SystemError("bind", code: EADDRINUSE)) { try RawTCPSocket(to: address, port: 9, from: origin) }
    }

    /// Whether these bytes come within a second, behind whatever else comes.
    private func received(_ socket: Descriptor, endingWith segment: [UInt8]) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(1)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while ContinuousClock.now < deadline {
            _ = Poller.wait([Poller.Interest(socket.number)], timeout: 100)
            let count = unsafe recv(socket.number, &buffer, buffer.count, 0)
            if count >= segment.count, buffer[(count - segment.count)..<count].elementsEqual(segment) { return true }
        }
        return false
    }
}
