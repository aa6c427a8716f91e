import CLinux
import Glibc

/// The two packets that a knock can be.
package enum KnockSocket {
    /// Sends exactly one SYN: a connection is begun and given up at once, before the kernel would repeat it.
    ///
    /// What the other host answers is no concern of a knock. A packet filter on this machine that drops the SYN is not
    /// noticed: for TCP the kernel does not tell.
    package static func sendSYN(to address: HostAddress, port: UInt16) throws(SystemError) {
        let socket = try open(address, SOCK_STREAM)
        // Not through system(): a second connect() after a signal would be a second SYN.
        let code = unsafe address.withSocketAddress(port: port) { raw, length in
            withExtendedLifetime(socket) { unsafe connect(socket.number, raw, length) == 0 ? 0 : linux_errno() }
        }
        try check("connect", code)
    }

    /// Sends one datagram with a single zero byte, as knockd's client does.
    package static func sendDatagram(to address: HostAddress, port: UInt16) throws(SystemError) {
        let socket = try open(address, SOCK_DGRAM)
        var zero: UInt8 = 0
        let code = unsafe address.withSocketAddress(port: port) { raw, length in
            withExtendedLifetime(socket) {
                unsafe sendto(socket.number, &zero, 1, Int32(MSG_NOSIGNAL), raw, length) == 1 ? 0 : linux_errno()
            }
        }
        try check("sendto", code)
    }

    private static func open(_ address: HostAddress, _ kind: __socket_type) throws(SystemError) -> Descriptor {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = try system("socket") { socket(address.family, Int32(kind.rawValue) | flags, 0) }
        return Descriptor(owning: number)
    }

    /// Takes the errors that come after the packet has left for what they are: sent.
    private static func check(_ call: String, _ code: Int32) throws(SystemError) {
        switch code {
        // On the loopback interface the refusal is there before the call returns.
        case 0, EINPROGRESS, ECONNREFUSED: return
        default: throw SystemError(call, code: code)
        }
    }
}

extension SystemError {
    /// Whether this machine has no way at all to an address: no route, no address of its own, or not the family.
    package var meansNoRoute: Bool {
        [ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT].contains(code)
    }

    /// Whether a rule on this machine forbids the packet.
    package var meansForbidden: Bool {
        [EPERM, EACCES].contains(code)
    }
}
