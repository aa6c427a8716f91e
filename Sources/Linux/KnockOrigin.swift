import Base
import Glibc

/// The interface and local port that knocks leave from; by default the kernel chooses.
package struct KnockOrigin: Equatable, Sendable {
    /// The interface that they leave through, whatever the routes say.
    package var interface: String?
    /// The local port of each knock; never 0.
    package var port: UInt16?

    package init(interface: String? = nil, port: UInt16? = nil) {
        self.interface = interface
        self.port = port
    }

    /// Whether a word can be the name of an interface; a label, such as eth0:1, cannot.
    package static func isInterfaceName(_ word: String) -> Bool {
        NetworkInterface.canBeNamed(word) && !word.contains(":")
    }

    /// Binds a socket to the interface. Since Linux 5.7 that needs no privilege.
    func bindToInterface(_ socket: Descriptor) throws(SystemError) {
        guard let interface else { return }
        let name = Array(interface.utf8)
        try system(SystemError.interfaceCall, interface) {
            withExtendedLifetime(socket) {
                unsafe setsockopt(socket.number, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.count))
            }
        }
    }

    /// Binds a socket to the local port, and to this address.
    ///
    /// - Parameter isReusable: whether connections to other ports may use the port too, or have used it a moment ago.
    func bindToPort(_ socket: Descriptor, _ address: HostAddress, isReusable: Bool) throws(SystemError) {
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        let number = socket.number
        if isReusable {
            try system("setsockopt") { unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, size) }
        }
        if !address.isIPv4 {
            // Otherwise a program that has the port for IPv4 alone would be in the way.
            try system("setsockopt") { unsafe setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size) }
        }
        try socket.bind(to: address, port: port ?? 0)
    }
}
