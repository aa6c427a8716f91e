package import Base
import CLinux
import Glibc

/// Sends TCP segments that the program has made itself; the kernel adds the IP header and nothing else.
///
/// It takes CAP_NET_RAW. A local TCP port is kept for as long as this object lives, so that no other program of this
/// machine has it. The kernel knows nothing of the segment: it answers whatever comes back with RST.
package struct RawTCPSocket {
    /// What the kernel will write as the source address.
    package let source: HostAddress
    package let sourcePort: UInt16
    private let destination: HostAddress
    private let socket: Descriptor
    private let reservation: Descriptor

    /// A way for segments to one port of a host.
    package init(to address: HostAddress, port: UInt16, from origin: KnockOrigin) throws(SystemError) {
        destination = address
        // First what takes privilege, so that its lack is what is told.
        socket = try address.socket(SOCK_RAW, protocol: Int32(IPPROTO_TCP))
        try origin.bindToInterface(socket)
        source = try origin.source(to: address, port: port)
        reservation = try source.socket(SOCK_STREAM)
        try origin.bindToInterface(reservation)
        try origin.bindToPort(reservation, source, isReusable: true)
        sourcePort = try reservation.localName().port
        // The checksum names the source address: the kernel must not think of another.
        try socket.bind(to: source, port: 0)
    }

    /// Throws if this process may not open such a socket.
    package static func rehearse(_ address: HostAddress, from origin: KnockOrigin) throws(SystemError) {
        let socket = try address.socket(SOCK_RAW, protocol: Int32(IPPROTO_TCP))
        try origin.bindToInterface(socket)
    }

    /// Sends one segment: header, options and data, its checksum in place.
    package func send(_ segment: [UInt8]) throws(SystemError) {
        // IPv6 wants a port of 0 here, IPv4 does not care.
        let code = unsafe destination.withSocketAddress(port: 0) { raw, length in
            withExtendedLifetime(self) {
                unsafe sendto(socket.number, segment, segment.count, Int32(MSG_NOSIGNAL), raw, length) == segment.count
                    ? 0 : linux_errno()
            }
        }
        if code != 0 { throw SystemError("sendto", code: code) }
    }
}
