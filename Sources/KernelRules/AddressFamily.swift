/// The kind of address that rules are about.
package enum AddressFamily: String, CaseIterable, Sendable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"
}
