import Base
import Glibc

/// From where on this machine knocks leave; by itself, from wherever the kernel likes.
package struct KnockOrigin: Equatable, Sendable {
    /// The network interface that they leave through, whatever the routes say.
    package var interface: String?
    /// The local port of each of them; never 0.
    package var port: UInt16?

    package init(interface: String? = nil, port: UInt16? = nil) {
        self.interface = interface
        self.port = port
    }

    /// Whether a word can be the name of an interface at all; a label of addresses is none.
    package static func isInterfaceName(_ word: String) -> Bool {
        NetworkInterface.canBeNamed(word) && !word.contains(":")
    }

    /// Ties a socket to the interface. The kernel lets anybody do that since Linux 5.7.
    func bindToInterface(_ socket: Descriptor) throws(SystemError) {
        guard let interface else { return }
        let name = Array(interface.utf8)
        try system(SystemError.interfaceCall, interface) {
            withExtendedLifetime(socket) {
                unsafe setsockopt(socket.number, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.count))
            }
        }
    }

    /// Gives a socket the local port, and an address if it must have a certain one.
    ///
    /// - Parameter isReusable: whether connections to other ports may have had it a moment ago, or have it still.
    func bindToPort(_ socket: Descriptor, _ address: HostAddress, isReusable: Bool) throws(SystemError) {
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        let number = socket.number
        if isReusable {
            try system("setsockopt") { unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, size) }
        }
        if !address.isIPv4 {
            // Or a program that has the port for IPv4 alone would be in the way.
            try system("setsockopt") { unsafe setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size) }
        }
        try socket.bind(to: address, port: port ?? 0)
    }
}
