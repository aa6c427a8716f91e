package import Base
import CLinux
import Glibc

/// A failed look-up by getaddrinfo(3).
package struct NameLookupError: Error, Equatable {
    /// The name that was looked up.
    package let name: String
    /// The C library's description, such as "Name or service not known".
    package let reason: String
    /// Whether the name server did not answer, so that a retry may succeed.
    package let isTemporary: Bool

    package init(name: String, reason: String, isTemporary: Bool) {
        self.name = name
        self.reason = reason
        self.isTemporary = isTemporary
    }
}

/// Looks up host and service names through the C library: /etc/hosts, DNS, /etc/services.
package enum NameLookup {
    /// The wanted addresses of a host.
    package enum Family: Sendable {
        case any, ipv4, ipv6
    }

    /// The addresses of a host, each once, the preferred one first; never empty. For a numeric address it returns that
    /// address.
    ///
    /// It waits for the name server, for several seconds at worst.
    package static func addresses(of host: String, _ family: Family) throws(NameLookupError) -> [HostAddress] {
        var hints = unsafe addrinfo()
        switch family {
        case .any: unsafe hints.ai_family = AF_UNSPEC
        case .ipv4: unsafe hints.ai_family = AF_INET
        case .ipv6: unsafe hints.ai_family = AF_INET6
        }
        // One socket type: otherwise each address would be returned once for each type.
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { throw failure(host, code) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [HostAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ai_next
            guard let raw = unsafe entry.pointee.ai_addr, let address = unsafe HostAddress(raw) else { continue }
            // /etc/hosts may contain an address twice, and a repeated knock is another knock.
            if !addresses.contains(address) { addresses.append(address) }
        }
        if addresses.isEmpty { throw failure(host, EAI_NONAME) }
        return addresses
    }

    /// The port of a service in /etc/services, never 0; nil if the service is unknown.
    ///
    /// Pass names only: the C library accepts numbers here, and wraps those above 65535.
    package static func port(ofService name: String, udp: Bool) -> UInt16? {
        let kind = udp ? SOCK_DGRAM : SOCK_STREAM
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_INET
        unsafe hints.ai_socktype = Int32(kind.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(nil, name, &hints, &list) == 0 else { return nil }
        defer { unsafe freeaddrinfo(list) }
        guard let raw = unsafe list?.pointee.ai_addr else { return nil }
        let port = unsafe UInt16(bigEndian: UnsafeRawPointer(raw).loadUnaligned(as: sockaddr_in.self).sin_port)
        return port == 0 ? nil : port
    }

    /// The host name of an address; nil if it has none or the look-up failed. The owner of the address chooses the
    /// name, so it may have any length and any content.
    ///
    /// It waits for the name server, for several seconds at worst.
    ///
    /// - Parameter bytes: 16 bytes: IPv6, or IPv4 as ::ffff:a.b.c.d.
    package static func name(ofAddress bytes: [UInt8]) -> String? {
        guard bytes.count == 16 else { return nil }
        let address = HostAddress(bytes: bytes, scope: 0)
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = unsafe address.withSocketAddress(port: 0) { raw, size in
            unsafe getnameinfo(raw, size, &name, socklen_t(name.count), nil, 0, NI_NAMEREQD)
        }
        guard code == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes this process ask each name server once and wait one second for it, so that the second one is asked in time
    /// if the first is dead. Options already in RES_OPTIONS override this.
    package static func waitBriefly() {
        let options = unsafe getenv("RES_OPTIONS").map { unsafe String(cString: $0) }
        _ = unsafe setenv("RES_OPTIONS", "timeout:1 attempts:1 \(options ?? "")", 1)
    }

    private static func failure(_ name: String, _ code: Int32) -> NameLookupError {
        // EAI_SYSTEM means that errno has the reason; nothing has been called since.
        let reason =
            code == EAI_SYSTEM ? SystemError.last("getaddrinfo").reason : unsafe String(cString: gai_strerror(code))
        return NameLookupError(name: name, reason: reason, isTemporary: code == EAI_AGAIN)
    }
}
