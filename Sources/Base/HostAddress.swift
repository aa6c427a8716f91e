import Glibc

/// An IP address to which packets can be sent.
package struct HostAddress: Hashable, Sendable, CustomStringConvertible {
    /// 16 bytes: IPv6, or IPv4 as ::ffff:a.b.c.d.
    package let bytes: [UInt8]
    /// The interface index of a link-local IPv6 address; otherwise 0.
    package let scope: UInt32

    /// A numeric address without scope; nil if the text is not an address.
    package init?(_ text: String) {
        guard let bytes = AddressText.parse(text) else { return nil }
        self.init(bytes: bytes, scope: 0)
    }

    package init(bytes: [UInt8], scope: UInt32) {
        precondition(bytes.count == 16)
        self.bytes = bytes
        self.scope = scope
    }

    /// Whether this is an IPv4 address.
    package var isIPv4: Bool { bytes.starts(with: AddressText.mappedPrefix) }

    /// Whether this is a link-local IPv6 address without its interface: the kernel cannot send to it.
    package var lacksInterface: Bool { scope == 0 && bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 }

    /// The canonical text, followed by the interface's name for a link-local address: `fe80::1%eth0`.
    package var description: String {
        let text = AddressText.format(bytes)
        return scope == 0 ? text : "\(text)%\(Self.interfaceName(scope) ?? String(scope))"
    }

    private static func interfaceName(_ index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard unsafe if_indextoname(index, &name) != nil else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
