import CPcap
import Hints
import TestSupport
import Testing

/// The filter as libpcap compiles it, asked frame by frame.
struct SignedFilterTests {
    /// As libpcap numbers them, with what each puts before an IPv4 and an IPv6 packet. Cooked frames are compiled as raw.
    private static let linkTypes: [(number: Int32, ipv4: [UInt8], ipv6: [UInt8])] = [
        (DLT_EN10MB, [UInt8](repeating: 2, count: 12) + [8, 0], [UInt8](repeating: 2, count: 12) + [0x86, 0xDD]),
        (DLT_RAW, [], []),
        (DLT_IPV4, [], []),
        (DLT_LOOP, [0, 0, 0, 2], [0, 0, 0, 10]),
    ]

    @Test(arguments: linkTypes.indices, [false, true])
    func aDatagramOfTheRightLengthToThePortPasses(linkType: Int, onlyIPv4: Bool) throws {
        let link = Self.linkTypes[linkType]
        let filter = try CompiledFilter(
            SignedFilter.text(port: SignedPacket.port, onlyIPv4: onlyIPv4), linkType: link.number)
        #expect(filter.passes(link.ipv4 + SignedPacket.ipv4()))
        let wantsIPv6 = !onlyIPv4 && link.number != DLT_IPV4
        #expect(filter.passes(link.ipv6 + SignedPacket.ipv6()) == wantsIPv6)
    }

    @Test(arguments: [0, 8, 119, 121, 127, 129, 384])
    func anotherLengthDoesNot(length: Int) throws {
        let filter = try CompiledFilter(SignedFilter.text(port: SignedPacket.port, onlyIPv4: false), linkType: DLT_RAW)
        #expect(!filter.passes(SignedPacket.ipv4(SignedPacket.udp(length: length))))
        #expect(!filter.passes(SignedPacket.ipv6(SignedPacket.udp(length: length))))
    }

    @Test(arguments: [0, 1, 62_200, 62_202, 65_535] as [UInt16])
    func anotherPortDoesNot(port: UInt16) throws {
        let filter = try CompiledFilter(SignedFilter.text(port: SignedPacket.port, onlyIPv4: false), linkType: DLT_RAW)
        for packet in [SignedPacket.ipv4(SignedPacket.udp(to: port)), SignedPacket.ipv6(SignedPacket.udp(to: port))] {
            #expect(!filter.passes(packet))
        }
        let other = try CompiledFilter(SignedFilter.text(port: port, onlyIPv4: false), linkType: DLT_RAW)
        for packet in [SignedPacket.ipv4(SignedPacket.udp(to: port)), SignedPacket.ipv6(SignedPacket.udp(to: port))] {
            #expect(other.passes(packet))
        }
    }

    @Test func whereItComesFromDoesNotMatterNorOptionsOfIPv4() throws {
        let filter = try CompiledFilter(SignedFilter.text(port: SignedPacket.port, onlyIPv4: false), linkType: DLT_RAW)
        #expect(filter.passes(SignedPacket.ipv4(SignedPacket.udp(from: SignedPacket.port))))
        #expect(filter.passes(SignedPacket.ipv4(options: [1, 1, 1, 1])))
        #expect(!filter.passes(SignedPacket.ipv4(SignedPacket.udp(from: SignedPacket.port, to: 9))))
    }

    @Test(arguments: [0x2000, 0x2001, 0x0001, 0x1FFF] as [UInt16])
    func fragmentsDoNotPass(field: UInt16) throws {
        let filter = try CompiledFilter(SignedFilter.text(port: SignedPacket.port, onlyIPv4: false), linkType: DLT_RAW)
        #expect(!filter.passes(SignedPacket.ipv4(fragment: field)))
        #expect(filter.passes(SignedPacket.ipv4(fragment: 0x4000)), "Do not fragment")
    }

    @Test(arguments: [0, 43, 44, 60] as [UInt8])
    func extensionHeadersOfIPv6DoNotPass(next: UInt8) throws {
        let filter = try CompiledFilter(SignedFilter.text(port: SignedPacket.port, onlyIPv4: false), linkType: DLT_RAW)
        #expect(!filter.passes(SignedPacket.ipv6([17, 0, 0, 0, 0, 0, 0, 0] + SignedPacket.udp(), next: next)))
        // Nor do they where the bytes look right at the wrong place.
        #expect(!filter.passes(SignedPacket.ipv6(SignedPacket.udp(), next: next)))
    }

    @Test(arguments: [1, 6, 58, 132, 136] as [UInt8])
    func otherProtocolsDoNotPass(number: UInt8) throws {
        let filter = try CompiledFilter(SignedFilter.text(port: SignedPacket.port, onlyIPv4: false), linkType: DLT_RAW)
        #expect(!filter.passes(SignedPacket.ipv4(transport: number)))
        #expect(!filter.passes(SignedPacket.ipv6(next: number)))
    }
}
