package import Base
import CLinux
import Glibc

/// The two packets that a knock can be when the kernel makes them.
package enum KnockSocket {
    /// Sends exactly one SYN: a connection is begun and given up at once, before the kernel would repeat it.
    ///
    /// What the other host answers is no concern of a knock. A packet filter on this machine that drops the SYN is not
    /// noticed: for TCP the kernel does not tell.
    package static func sendSYN(
        to address: HostAddress, port: UInt16, from origin: KnockOrigin = KnockOrigin()
    ) throws(SystemError) {
        let socket = try open(address, SOCK_STREAM, origin)
        // Not through system(): a second connect() after a signal would be a second SYN.
        let code = connect(socket, to: address, port)
        if code == EADDRNOTAVAIL, origin.port != nil, (try? seekWay(to: address, from: origin)) != nil {
            // The port is free, but not for one more connection to that very port of that host.
            throw SystemError("connect", code: EADDRINUSE)
        }
        try check("connect", code)
    }

    /// Sends one datagram; with a single zero byte, as knockd's client does, unless told otherwise.
    package static func sendDatagram(
        _ bytes: [UInt8] = [0], to address: HostAddress, port: UInt16, from origin: KnockOrigin = KnockOrigin()
    ) throws(SystemError) {
        let socket = try open(address, SOCK_DGRAM, origin)
        let code = unsafe address.withSocketAddress(port: port) { raw, length in
            withExtendedLifetime(socket) {
                let sent = unsafe sendto(socket.number, bytes, bytes.count, Int32(MSG_NOSIGNAL), raw, length)
                return sent == bytes.count ? 0 : linux_errno()
            }
        }
        try check("sendto", code)
    }

    /// Takes what a knock takes, a connection or a datagram, and sends nothing: it throws what would keep every such
    /// knock from leaving.
    package static func rehearse(_ address: HostAddress, udp: Bool, from origin: KnockOrigin) throws(SystemError) {
        _ = try open(address, udp ? SOCK_DGRAM : SOCK_STREAM, origin)
    }

    /// Throws if the kernel has no route to an address, or no source for it; nothing is sent.
    package static func seekWay(to address: HostAddress, from origin: KnockOrigin) throws(SystemError) {
        _ = try origin.source(to: address, port: 1)
    }

    /// A socket that is where its packets are to leave from.
    private static func open(
        _ address: HostAddress, _ kind: __socket_type, _ origin: KnockOrigin
    ) throws(SystemError) -> Descriptor {
        let socket = try address.socket(kind)
        try origin.bindToInterface(socket)
        if origin.port != nil {
            try origin.bindToPort(socket, address.unspecified, isReusable: kind == SOCK_STREAM)
        }
        return socket
    }

    /// Takes the errors that come after the packet has left for what they are: sent.
    private static func check(_ call: String, _ code: Int32) throws(SystemError) {
        switch code {
        // On the loopback interface the refusal is there before the call returns.
        case 0, EINPROGRESS, ECONNREFUSED: return
        default: throw SystemError(call, code: code)
        }
    }

    /// connect(2): 0, or errno.
    fileprivate static func connect(_ socket: Descriptor, to address: HostAddress, _ port: UInt16) -> Int32 {
        unsafe address.withSocketAddress(port: port) { raw, length in
            withExtendedLifetime(socket) { unsafe Glibc.connect(socket.number, raw, length) == 0 ? 0 : linux_errno() }
        }
    }
}

extension KnockOrigin {
    /// The address that packets to a host would bear as their source: a datagram socket is asked, and sends nothing.
    package func source(to address: HostAddress, port: UInt16) throws(SystemError) -> HostAddress {
        let socket = try address.socket(SOCK_DGRAM)
        try bindToInterface(socket)
        let code = KnockSocket.connect(socket, to: address, port)
        if code != 0 { throw SystemError("connect", code: code) }
        return try socket.localName().address
    }
}

extension HostAddress {
    /// 0.0.0.0 or ::, for the same family.
    var unspecified: HostAddress {
        let zeros = [UInt8](repeating: 0, count: 16)
        return HostAddress(bytes: isIPv4 ? AddressText.mappedPrefix + zeros[..<4] : zeros, scope: 0)
    }

    /// A socket of this address's family that never waits.
    func socket(_ kind: __socket_type, protocol number: Int32 = 0) throws(SystemError) -> Descriptor {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let call = kind == SOCK_RAW ? SystemError.rawCall : "socket"
        return Descriptor(owning: try system(call) { Glibc.socket(family, Int32(kind.rawValue) | flags, number) })
    }
}

extension Descriptor {
    /// Gives a socket its own address and port; port 0 is any free one.
    func bind(to address: HostAddress, port: UInt16) throws(SystemError) {
        let code = unsafe address.withSocketAddress(port: port) { raw, length in
            unsafe Glibc.bind(number, raw, length) == 0 ? 0 : linux_errno()
        }
        if code != 0 { throw SystemError("bind", code: code) }
    }

    /// A socket's own address and port.
    func localName() throws(SystemError) -> (address: HostAddress, port: UInt16) {
        // Both families have the port at the same place, and IPv6's is the longer one.
        var name = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        var address: HostAddress?
        try system("getsockname") {
            unsafe withUnsafeMutablePointer(to: &name) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                    let result = unsafe getsockname(number, raw, &length)
                    address = unsafe HostAddress(raw)
                    return result
                }
            }
        }
        guard let address else { throw SystemError("getsockname", code: EAFNOSUPPORT) }
        return (address, UInt16(bigEndian: name.sin6_port))
    }
}

extension SystemError {
    /// What a socket is tied to an interface with, as its name in an error.
    static let interfaceCall = "SO_BINDTODEVICE"
    /// What a raw socket is opened with, as its name in an error.
    static let rawCall = "socket(SOCK_RAW)"

    /// Whether this machine has no way at all to an address: no route, no address of its own, or not the family.
    package var meansNoRoute: Bool {
        [ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT].contains(code)
    }

    /// Whether a rule on this machine forbids the packet.
    package var meansForbidden: Bool {
        [EPERM, EACCES].contains(code)
    }

    /// Whether it came of choosing the interface.
    package var isOfInterface: Bool { call == Self.interfaceCall }

    /// Whether it came of opening a raw socket.
    package var isOfRawSocket: Bool { call == Self.rawCall }

    /// Whether it came of choosing the local port.
    package var isOfLocalPort: Bool { call == "bind" || meansPortTaken }

    /// Whether another socket has the local port.
    package var meansPortTaken: Bool { code == EADDRINUSE }

    /// Whether there is no interface of this name.
    package var isMissingInterface: Bool { isOfInterface && code == ENODEV }
}
