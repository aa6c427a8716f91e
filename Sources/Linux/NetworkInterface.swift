import Base
import CLinux
import Glibc

/// A network interface of this host, with its current state.
package struct NetworkInterface: Equatable, Sendable {
    /// libpcap's name for all interfaces together.
    package static let any = "any"

    package let name: String
    /// The kernel's index, which changes if the interface is deleted and created again. Zero is `any`.
    package let index: UInt32
    package let isUp: Bool
    package let isLoopback: Bool
    /// 16 bytes each: IPv6, or IPv4 as ::ffff:a.b.c.d.
    package let addresses: [[UInt8]]

    package init(name: String, index: UInt32, isUp: Bool, isLoopback: Bool, addresses: [[UInt8]]) {
        self.name = name
        self.index = index
        self.isUp = isUp
        self.isLoopback = isLoopback
        self.addresses = addresses
    }

    /// The interface of this name with its addresses; nil if there is none.
    package static func named(_ name: String) -> NetworkInterface? {
        all().first { $0.name == name }
    }

    /// Whether a name is possible for an interface, or for a label of some of its addresses, such as eth0:1: 1 to 15
    /// bytes without blanks and `/`.
    package static func canBeNamed(_ name: String) -> Bool {
        (1..<Int(IF_NAMESIZE)).contains(name.utf8.count) && name != "." && name != ".."
            && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
    }

    /// The length of the network prefix of one of this host's addresses, counted in the 16 bytes of the IPv6 form; nil
    /// if no interface has the address.
    package static func prefixLength(of address: [UInt8]) -> Int? {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return nil }
        defer { unsafe freeifaddrs(list) }
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            guard let own = unsafe entry.pointee.ifa_addr, unsafe SocketAddress.mappedBytes(own) == address,
                let mask = unsafe entry.pointee.ifa_netmask
            else { continue }
            // A mask has its family too. In an IPv4 mask only the last four bytes count; the prefix before them is 96
            // bits long.
            guard let bytes = unsafe SocketAddress.mappedBytes(mask) else { continue }
            let isIPv4 = address.starts(with: AddressText.mappedPrefix)
            return (isIPv4 ? 96 : 0) + bytes[(isIPv4 ? 12 : 0)...].reduce(0) { $0 + $1.nonzeroBitCount }
        }
        return nil
    }

    /// All interfaces of this host, their labels with the addresses that have them, and `any` with all addresses. Empty
    /// if the kernel does not return them.
    package static func all() -> [NetworkInterface] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var names: [String] = []
        var flags: [String: Int32] = [:]
        var addresses: [String: [[UInt8]]] = [:]
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            let label = unsafe String(cString: entry.pointee.ifa_name)
            let interface = String(label.prefix { $0 != ":" })
            for name in interface == label ? [label] : [interface, label] {
                if flags[name] == nil { names.append(name) }
                flags[name] = Int32(bitPattern: unsafe entry.pointee.ifa_flags)
                if let address = unsafe entry.pointee.ifa_addr, let bytes = unsafe SocketAddress.mappedBytes(address) {
                    addresses[name, default: []].append(bytes)
                }
            }
        }
        let found = names.map { name in
            NetworkInterface(
                name: name, index: unsafe if_nametoindex(name), isUp: flags[name, default: 0] & Int32(IFF_UP) != 0,
                isLoopback: flags[name, default: 0] & Int32(IFF_LOOPBACK) != 0, addresses: addresses[name] ?? [])
        }
        let all = found.filter { !$0.name.contains(":") }.flatMap { $0.addresses }
        return found + [NetworkInterface(name: any, index: 0, isUp: true, isLoopback: false, addresses: all)]
    }
}

/// Reads the kernel's socket addresses.
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
