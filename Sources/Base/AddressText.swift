import CLinux
import Glibc

/// IP addresses as text, through the C library's inet_pton and inet_ntop, as 16 bytes.
package enum AddressText {
    /// The 12 bytes before an IPv4 address in its IPv6-mapped form.
    package static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// The 16 bytes of a numeric address, IPv4 as ::ffff:a.b.c.d; nil if the text is not an address.
    package static func parse(_ text: String) -> [UInt8]? {
        if text.utf8.contains(0) { return nil }  // C would stop reading there
        var bytes = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &bytes) == 1 { return mappedPrefix + bytes[..<4] }
        if unsafe inet_pton(AF_INET6, text, &bytes) == 1 { return bytes }
        return nil
    }

    /// The canonical text: dotted for a mapped IPv4 address, otherwise as in RFC 5952, without brackets or scope.
    package static func format(_ bytes: [UInt8]) -> String {
        let isIPv4 = bytes.starts(with: mappedPrefix)
        let address = isIPv4 ? Array(bytes[12...]) : bytes
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = unsafe inet_ntop(isIPv4 ? AF_INET : AF_INET6, address, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
