package import Base
import CLinux
import Glibc

/// Sends TCP segments that the program makes itself; the kernel adds only the IP header.
///
/// It needs CAP_NET_RAW. It reserves a local TCP port while this object lives, so that no other program of this machine
/// uses it. The kernel knows no connection for the segment, and answers replies with RST.
package struct RawTCPSocket {
    /// The source address that the kernel will write.
    package let source: HostAddress
    package let sourcePort: UInt16
    private let destination: HostAddress
    private let socket: Descriptor
    private let reservation: Descriptor

    /// Opens the sockets for segments to one port of a host.
    package init(to address: HostAddress, port: UInt16, from origin: KnockOrigin) throws(SystemError) {
        destination = address
        // The privileged call first, so that a lack of privilege is the error reported.
        socket = try address.socket(SOCK_RAW, protocol: Int32(IPPROTO_TCP))
        try origin.bindToInterface(socket)
        source = try origin.source(to: address, port: port)
        reservation = try source.socket(SOCK_STREAM)
        try origin.bindToInterface(reservation)
        try origin.bindToPort(reservation, source, isReusable: true)
        sourcePort = try reservation.localName().port
        // The checksum includes the source address, so the kernel must not choose another one.
        try socket.bind(to: source, port: 0)
    }

    /// Throws if this process may not open such a socket.
    package static func rehearse(_ address: HostAddress, from origin: KnockOrigin) throws(SystemError) {
        let socket = try address.socket(SOCK_RAW, protocol: Int32(IPPROTO_TCP))
        try origin.bindToInterface(socket)
    }

    /// Sends one segment: header, options and data, with its checksum.
    package func send(_ segment: [UInt8]) throws(SystemError) {
        // IPv6 requires port 0 here; IPv4 ignores it.
        let code = unsafe destination.withSocketAddress(port: 0) { raw, length in
            withExtendedLifetime(self) {
                unsafe sendto(socket.number, segment, segment.count, Int32(MSG_NOSIGNAL), raw, length) == segment.count
                    ? 0 : linux_errno()
            }
        }
        if code != 0 { throw SystemError("sendto", code: code) }
    }
}
