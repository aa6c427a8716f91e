import Glibc

/// An IPv4 or IPv6 address as it stands in a header: 4 or 16 bytes.
struct NetworkAddress {
    let bytes: [UInt8]

    var isIPv6: Bool { bytes.count == 16 }

    init(_ text: String) throws(InjectError) {
        let isIPv6 = text.contains(":")
        var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
        guard unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, &bytes) == 1 else {
            throw InjectError("\(text) is no address")
        }
        self.bytes = bytes
    }
}
