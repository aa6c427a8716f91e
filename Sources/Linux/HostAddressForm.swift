import Base
import Glibc

/// IP addresses in the kernel's form.
extension HostAddress {
    /// Converts from the kernel's form; nil for a family other than IP.
    @unsafe
    init?(_ address: UnsafeMutablePointer<sockaddr>) {
        guard let bytes = unsafe SocketAddress.mappedBytes(address) else { return nil }
        let isIPv6 = unsafe Int32(address.pointee.sa_family) == AF_INET6
        let raw = UnsafeRawPointer(address)
        self.init(bytes: bytes, scope: isIPv6 ? unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_scope_id : 0)
    }

    /// The address family, for socket(2).
    var family: Int32 { isIPv4 ? AF_INET : AF_INET6 }

    /// Calls `body` with the address and a port in the kernel's form, valid until it returns.
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
