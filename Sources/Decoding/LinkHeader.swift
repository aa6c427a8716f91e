/// The fields that the decoder needs from the link layer.
struct LinkHeader: Equatable {
    /// The payload's EtherType: 0x0800 is IPv4, 0x86DD is IPv6.
    var etherType: UInt16
    /// The payload's offset in the frame.
    var payloadStart: Int
    /// The VLAN id of the frame's tag; nil without a tag.
    var vlan: UInt16?
    /// The index of the interface at which the packet arrived; 0 if the header does not say.
    var interface: UInt32 = 0
    /// Whether the header says that this interface is a loopback device.
    var isOnLoopback = false
    /// Whether the header says that this host sent the packet.
    var isOutgoing = false

    static let ipv4: UInt16 = 0x0800
    static let ipv6: UInt16 = 0x86DD

    /// Reads the header of a frame of this link type.
    init(reading bytes: RawSpan, as linkType: LinkType) throws(DecodeError) {
        switch linkType {
        case .ethernet: try self.init(ethernet: bytes)
        case .linuxCooked: try self.init(linuxCooked: bytes)
        case .linuxCooked2: try self.init(linuxCooked2: bytes)
        case .rawIPv4: self.init(etherType: Self.ipv4, payloadStart: 0)
        case .rawIPv6: self.init(etherType: Self.ipv6, payloadStart: 0)
        case .rawIP: try self.init(versionOf: bytes, at: 0)
        case .bsdLoopback, .openBSDLoopback:
            // The number of an address family differs between systems, so the packet's own version decides.
            try self.init(versionOf: bytes, at: 4)
            isOnLoopback = true
        }
    }

    init(etherType: UInt16, payloadStart: Int) {
        self.etherType = etherType
        self.payloadStart = payloadStart
    }

    private init(versionOf bytes: RawSpan, at start: Int) throws(DecodeError) {
        let version = try bytes.uint8(at: start) >> 4
        self.init(etherType: version == 6 ? Self.ipv6 : Self.ipv4, payloadStart: start)
    }

    /// Reads the VLAN tag (IEEE 802.1Q, clause 9), if the EtherType announces one:
    ///
    ///     0: priority (3 bits), drop eligible (1), VLAN id (12)   2: the payload's own EtherType
    ///
    /// The id 0 is a priority without a VLAN, and 4095 is reserved. A second tag stays in the EtherType, so the frame
    /// is rejected as not IP.
    mutating func readTag(in bytes: RawSpan) throws(DecodeError) {
        switch etherType {
        case 0x8100, 0x88A8, 0x9100: break
        default: return
        }
        let id = try bytes.uint16(at: payloadStart) & 0x0FFF
        if id == 0x0FFF { throw .notIP }
        etherType = try bytes.uint16(at: payloadStart + 2)
        vlan = id == 0 ? nil : id
        payloadStart += 4
    }
}
