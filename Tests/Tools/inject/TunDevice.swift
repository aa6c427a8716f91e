import Glibc

/// A tun device of this host, from the side of the wire: what is written here, the kernel receives.
struct TunDevice {
    private let descriptor: Int32

    /// Takes hold of a device that `ip tuntap add` has made.
    init(_ name: String) throws(InjectError) {
        descriptor = unsafe open("/dev/net/tun", O_RDWR)
        guard descriptor >= 0 else { throw InjectError("no /dev/net/tun, error \(errno)") }
        // struct ifreq: the name in 16 bytes, then IFF_TUN | IFF_NO_PI.
        var request = Array(name.utf8.prefix(15))
        request += [UInt8](repeating: 0, count: 40 - request.count)
        request[16] = 0x01
        request[17] = 0x10
        let attached = unsafe request.withUnsafeMutableBytes { bytes in
            unsafe ioctl(descriptor, 0x4004_54CA, bytes.baseAddress!)  // TUNSETIFF
        }
        guard attached == 0 else { throw InjectError("cannot take hold of \(name), error \(errno)") }
    }

    func send(_ packet: [UInt8]) throws(InjectError) {
        guard unsafe write(descriptor, packet, packet.count) == packet.count else {
            throw InjectError("cannot send, error \(errno)")
        }
    }
}
