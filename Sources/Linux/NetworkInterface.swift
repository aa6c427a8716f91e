import CLinux
import Glibc

/// One network interface of this host, as it is at the moment.
package struct NetworkInterface: Equatable {
    package let name: String
    package let isLoopback: Bool
    /// 16 bytes each: IPv6, or IPv4 as ::ffff:a.b.c.d.
    package let addresses: [[UInt8]]

    /// The interface of this name with its addresses, or nil where there is none.
    package static func named(_ name: String) -> NetworkInterface? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return nil }
        defer { unsafe freeifaddrs(list) }
        var found = false
        var isLoopback = false
        var addresses: [[UInt8]] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard unsafe String(cString: entry.pointee.ifa_name) == name else { continue }
            found = true
            isLoopback = unsafe entry.pointee.ifa_flags & UInt32(IFF_LOOPBACK) != 0
            if let address = unsafe entry.pointee.ifa_addr, let bytes = unsafe SocketAddress.mappedBytes(address) {
                addresses.append(bytes)
            }
        }
        return found ? NetworkInterface(name: name, isLoopback: isLoopback, addresses: addresses) : nil
    }
}

/// Reading the kernel's socket addresses.
enum SocketAddress {
    /// The 16 bytes of an IPv6 address, or of an IPv4 address in its mapped form; nil for another family.
    @unsafe
    static func mappedBytes(_ address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        let raw = UnsafeRawPointer(address)
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET:
            let v4 = unsafe raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            return unsafe AddressText.mappedPrefix + withUnsafeBytes(of: v4) { unsafe Array($0) }
        case AF_INET6:
            let v6 = unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return unsafe withUnsafeBytes(of: v6) { unsafe Array($0) }
        default:
            return nil
        }
    }
}
