/// Why a captured frame is not a knock. These are values, not failures: the network may send anything.
package enum DecodeError: Error, Equatable, Sendable {
    /// The captured bytes, or the length in the packet, end before a header does.
    case truncated
    /// The frame carries no IP, or more than one VLAN tag.
    case notIP
    /// A header contradicts itself: wrong version, header shorter than its minimum.
    case malformed
    /// A fragment other than the first, which carries no port numbers.
    case laterFragment
    /// The transport is neither TCP nor UDP.
    case otherProtocol
    /// This host sent the packet.
    case outgoing
    /// An IPv6 packet with an IPv4-mapped address. No host sends one, and it would pass for IPv4.
    case mappedAddress
}
