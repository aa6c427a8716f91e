import Glibc

/// An IP address that packets can be sent to.
package struct HostAddress: Hashable, Sendable, CustomStringConvertible {
    /// 16 bytes: IPv6, or IPv4 as ::ffff:a.b.c.d.
    package let bytes: [UInt8]
    /// The index of the interface that a link-local IPv6 address belongs to; else 0.
    package let scope: UInt32

    /// Reads a numeric address without scope; nil if the text is none.
    package init?(_ text: String) {
        guard let bytes = AddressText.parse(text) else { return nil }
        self.init(bytes: bytes, scope: 0)
    }

    init(bytes: [UInt8], scope: UInt32) {
        precondition(bytes.count == 16)
        self.bytes = bytes
        self.scope = scope
    }

    /// Takes the address out of the kernel's form; nil for a family that is not IP.
    @unsafe
    init?(_ address: UnsafeMutablePointer<sockaddr>) {
        guard let bytes = unsafe SocketAddress.mappedBytes(address) else { return nil }
        let isIPv6 = unsafe Int32(address.pointee.sa_family) == AF_INET6
        let raw = UnsafeRawPointer(address)
        self.init(bytes: bytes, scope: isIPv6 ? unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_scope_id : 0)
    }

    /// Whether packets to it are IPv4.
    package var isIPv4: Bool { bytes.starts(with: AddressText.mappedPrefix) }

    /// Whether it is a link-local IPv6 address without its interface, which the kernel cannot send to.
    package var lacksInterface: Bool { scope == 0 && bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 }

    /// The canonical text, with the interface's name behind a link-local address: `fe80::1%eth0`.
    package var description: String {
        let text = AddressText.format(bytes)
        return scope == 0 ? text : "\(text)%\(Self.interfaceName(scope) ?? String(scope))"
    }

    private static func interfaceName(_ index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard unsafe if_indextoname(index, &name) != nil else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The address family, for socket(2).
    var family: Int32 { isIPv4 ? AF_INET : AF_INET6 }

    /// Runs the body with the address and a port in the kernel's form, valid until it returns.
    @unsafe
    func withSocketAddress<Result>(
        port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        if isIPv4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin_addr) { unsafe $0.copyBytes(from: bytes[12...]) }
            return unsafe Self.rebound(&address, body)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_scope_id = scope
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { unsafe $0.copyBytes(from: bytes) }
        return unsafe Self.rebound(&address, body)
    }

    @unsafe
    private static func rebound<Address, Result>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }
}
