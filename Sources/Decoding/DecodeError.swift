/// Why a captured frame is no knock. Values, not failures: the network may send anything.
package enum DecodeError: Error, Equatable, Sendable {
    /// The captured bytes, or the length that the packet names, end before a header does.
    case truncated
    /// A frame that carries no IP, or more than one VLAN tag.
    case notIP
    /// A header contradicts itself: wrong version, header shorter than its minimum.
    case malformed
    /// A fragment other than the first: it has no port numbers.
    case laterFragment
    /// Neither TCP nor UDP.
    case otherProtocol
    /// A packet that this host sends itself.
    case outgoing
    /// An IPv6 packet with an IPv4-mapped address, which no host sends and which would pass for IPv4.
    case mappedAddress
}
