/// The address family that rules apply to.
package enum AddressFamily: String, CaseIterable, Sendable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"
}
