import Glibc

/// A packet(7) socket bound to one interface. It only sends: protocol 0 receives nothing.
struct PacketSocket {
    private let descriptor: Int32

    init(interface: String) throws(InjectError) {
        let index = unsafe if_nametoindex(interface)
        guard index != 0 else { throw InjectError("no interface \(interface)") }
        descriptor = socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0)
        guard descriptor >= 0 else { throw InjectError("no packet socket, error \(errno)") }
        // struct sockaddr_ll, which Glibc's module does not show: family, protocol, interface, then 12 bytes unused.
        var address = [UInt8](repeating: 0, count: 20)
        unsafe address.withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBytes(of: UInt16(AF_PACKET), as: UInt16.self)
            unsafe bytes.storeBytes(of: index, toByteOffset: 4, as: UInt32.self)
        }
        let bound = unsafe address.withUnsafeBytes { bytes in
            unsafe bind(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, 20)
        }
        guard bound == 0 else { throw InjectError("cannot bind to \(interface), error \(errno)") }
    }

    /// Waits a little while the interface's queue is full, ten thousand times at the most.
    func send(_ frame: [UInt8]) throws(InjectError) {
        for _ in 0..<10_000 {
            let sent = unsafe Glibc.send(descriptor, frame, frame.count, 0)
            if sent == frame.count { return }
            guard errno == ENOBUFS || errno == EINTR else { throw InjectError("cannot send, error \(errno)") }
            usleep(100)
        }
        throw InjectError("the interface takes no more frames")
    }
}
