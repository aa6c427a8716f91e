package import Base
import CLinux
import Glibc

/// Sends the two kinds of packet that a knock can be, made by the kernel.
package enum KnockSocket {
    /// Sends exactly one SYN: it begins a connection and closes the socket at once, before the kernel repeats the SYN.
    ///
    /// The other host's answer is ignored. A local packet filter that drops the SYN is not noticed: for TCP the kernel
    /// does not report it.
    package static func sendSYN(
        to address: HostAddress, port: UInt16, from origin: KnockOrigin = KnockOrigin()
    ) throws(SystemError) {
        let socket = try open(address, SOCK_STREAM, origin)
        // Not through system(): a second connect() after a signal would be a second SYN.
        let code = connect(socket, to: address, port)
        if code == EADDRNOTAVAIL, origin.port != nil, (try? seekWay(to: address, from: origin)) != nil {
            // The port is free, but not for another connection to that port of that host.
            throw SystemError("connect", code: EADDRINUSE)
        }
        try check("connect", code)
    }

    /// Sends one datagram; by default a single zero byte, as knockd's client does.
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

    /// Opens the socket for a knock and sends nothing. It throws an error that would keep every such knock from
    /// leaving.
    package static func rehearse(_ address: HostAddress, udp: Bool, from origin: KnockOrigin) throws(SystemError) {
        _ = try open(address, udp ? SOCK_DGRAM : SOCK_STREAM, origin)
    }

    /// Throws if the kernel has no route to an address, or no source address for it; sends nothing.
    package static func seekWay(to address: HostAddress, from origin: KnockOrigin) throws(SystemError) {
        _ = try origin.source(to: address, port: 1)
    }

    /// A socket bound to the interface and port that its packets leave from.
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

    /// Throws if the packet was not sent; ignores errors that arrive after it has left.
    private static func check(_ call: String, _ code: Int32) throws(SystemError) {
        switch code {
        // On the loopback interface the refusal arrives before the call returns.
        case 0, EINPROGRESS, ECONNREFUSED: return
        default: throw SystemError(call, code: code)
        }
    }

    /// The result of connect(2): 0, or errno.
    fileprivate static func connect(_ socket: Descriptor, to address: HostAddress, _ port: UInt16) -> Int32 {
        unsafe address.withSocketAddress(port: port) { raw, length in
            withExtendedLifetime(socket) { unsafe Glibc.connect(socket.number, raw, length) == 0 ? 0 : linux_errno() }
        }
    }
}

extension KnockOrigin {
    /// The source address that packets to a host would have. It asks a datagram socket, and sends nothing.
    package func source(to address: HostAddress, port: UInt16) throws(SystemError) -> HostAddress {
        let socket = try address.socket(SOCK_DGRAM)
        try bindToInterface(socket)
        let code = KnockSocket.connect(socket, to: address, port)
        if code != 0 { throw SystemError("connect", code: code) }
        return try socket.localName().address
    }
}

extension HostAddress {
    /// 0.0.0.0 or ::, of the same family.
    var unspecified: HostAddress {
        let zeros = [UInt8](repeating: 0, count: 16)
        return HostAddress(bytes: isIPv4 ? AddressText.mappedPrefix + zeros[..<4] : zeros, scope: 0)
    }

    /// A non-blocking socket of this address's family.
    func socket(_ kind: __socket_type, protocol number: Int32 = 0) throws(SystemError) -> Descriptor {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let call = kind == SOCK_RAW ? SystemError.rawCall : "socket"
        return Descriptor(owning: try system(call) { Glibc.socket(family, Int32(kind.rawValue) | flags, number) })
    }
}

extension Descriptor {
    /// Binds a socket to an address and port; port 0 is any free one.
    func bind(to address: HostAddress, port: UInt16) throws(SystemError) {
        let code = unsafe address.withSocketAddress(port: port) { raw, length in
            unsafe Glibc.bind(number, raw, length) == 0 ? 0 : linux_errno()
        }
        if code != 0 { throw SystemError("bind", code: code) }
    }

    /// The local address and port of a socket.
    func localName() throws(SystemError) -> (address: HostAddress, port: UInt16) {
        // Both families have the port at the same offset, and IPv6's structure is the longer one.
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
    /// The option that binds a socket to an interface, as the call's name in errors.
    static let interfaceCall = "SO_BINDTODEVICE"
    /// The call that opens a raw socket, as its name in errors.
    static let rawCall = "socket(SOCK_RAW)"

    /// Whether this machine has no way to an address: no route, no address of its own, or no support for the family.
    package var meansNoRoute: Bool {
        [ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT].contains(code)
    }

    /// Whether a rule on this machine forbids the packet.
    package var meansForbidden: Bool {
        [EPERM, EACCES].contains(code)
    }

    /// Whether binding to the interface failed.
    package var isOfInterface: Bool { call == Self.interfaceCall }

    /// Whether opening a raw socket failed.
    package var isOfRawSocket: Bool { call == Self.rawCall }

    /// Whether binding to the local port failed.
    package var isOfLocalPort: Bool { call == "bind" || meansPortTaken }

    /// Whether another socket has the local port.
    package var meansPortTaken: Bool { code == EADDRINUSE }

    /// Whether there is no interface of this name.
    package var isMissingInterface: Bool { isOfInterface && code == ENODEV }
}
