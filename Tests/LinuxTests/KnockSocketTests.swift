import Base
import Glibc
import Testing

@testable import Linux

/// A socket on a free loopback port.
private struct Listener {
    let descriptor: Descriptor
    let address: HostAddress
    let port: UInt16

    init(_ text: String, _ kind: __socket_type, isOpen: Bool = true) throws {
        address = try #require(HostAddress(text))
        let number = socket(address.family, Int32(kind.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        descriptor = Descriptor(owning: number)
        let bound = unsafe address.withSocketAddress(port: 0) { unsafe bind(number, $0, $1) }
        try #require(bound == 0)
        // Both families have the port at the same place.
        var name = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe getsockname(number, $0, &length) }
        }
        port = UInt16(bigEndian: name.sin6_port)
        if isOpen, kind == SOCK_STREAM { try #require(listen(number, 8) == 0) }
    }

    /// What waits in the socket's queue, each datagram by itself.
    func datagrams() -> [[UInt8]] {
        var all: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0xFF, count: 64)
        while true {
            let count = unsafe recv(descriptor.number, &buffer, buffer.count, 0)
            if count < 0 { return all }
            all.append(Array(buffer[..<count]))
        }
    }

    /// How many connections wait to be accepted.
    func connections() -> Int {
        var count = 0
        while true {
            let accepted = accept(descriptor.number, nil, nil)
            if accepted < 0 { return count }
            close(accepted)
            count += 1
        }
    }
}

struct KnockSocketTests {
    @Test(arguments: ["127.0.0.1", "::1"])
    func aDatagramIsOneZeroByte(text: String) throws {
        let listener = try Listener(text, SOCK_DGRAM)
        try KnockSocket.sendDatagram(to: listener.address, port: listener.port)
        #expect(listener.datagrams() == [[0]])
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func aDatagramHoldsTheBytesItIsGiven(address: String) throws {
        let listener = try Listener(address, SOCK_DGRAM)
        try KnockSocket.sendDatagram([1, 2, 0, 4], to: listener.address, port: listener.port)
        #expect(listener.datagrams() == [[1, 2, 0, 4]])
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func aListenerSeesOneConnection(text: String) throws {
        let listener = try Listener(text, SOCK_STREAM)
        try KnockSocket.sendSYN(to: listener.address, port: listener.port)
        #expect(listener.connections() == 1)
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func aClosedPortIsKnockedAtAsWell(text: String) throws {
        // Bound but not listening: nobody else can open the port meanwhile.
        let closed = try Listener(text, SOCK_STREAM, isOpen: false)
        try KnockSocket.sendSYN(to: closed.address, port: closed.port)
        try KnockSocket.sendDatagram(to: closed.address, port: 1)
    }

    @Test func aRefusalOfTheKernelIsThrown() throws {
        // A datagram to a broadcast address needs a permission that a knock does not ask for.
        let everyone = try #require(HostAddress("127.255.255.255"))
        #expect(throws: SystemError("sendto", code: EACCES)) { try KnockSocket.sendDatagram(to: everyone, port: 9) }
    }

    @Test(arguments: [
        (ENETUNREACH, true, false), (EADDRNOTAVAIL, true, false), (EAFNOSUPPORT, true, false), (EPERM, false, true),
        (EACCES, false, true), (EHOSTUNREACH, false, false), (EMFILE, false, false),
    ])
    func noRouteIsNoRefusal(code: Int32, meansNoRoute: Bool, meansForbidden: Bool) {
        let error = SystemError("connect", code: code)
        #expect(error.meansNoRoute == meansNoRoute)
        #expect(error.meansForbidden == meansForbidden)
    }
}
