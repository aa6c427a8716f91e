import Testing

@testable import Decoding

struct IPv6HeaderTests {
    private func read(_ bytes: [UInt8], at start: Int = 0) throws(DecodeError) -> IPv6Header {
        try unsafe IPv6Header(reading: bytes.span.bytes, at: start)
    }

    /// A packet whose extension headers, each of 8 bytes, come in this order before a TCP header.
    private func chain(_ kinds: [UInt8]) -> [UInt8] {
        let nexts = kinds.dropFirst() + [6]
        return ipv6(nexts.flatMap { ipv6Extension(next: $0) } + tcp(), next: kinds.first ?? 6)
    }

    @Test func fieldsAreReadFromTheirPlaces() throws {
        let header = try read(
            hex(
                "60 00 00 00",  // version, traffic class, flow label
                "00 02",  // payload length
                "11",  // next header: UDP
                "40",  // hop limit
                "20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 02",  // source
                "20 01 0D B8 FF FF 00 00 00 00 00 00 00 00 00 01",  // destination
                "00 00"))  // payload
        #expect(header.source == address("2001:db8::2"))
        #expect(header.destination == address("2001:db8:ffff::1"))
        #expect(header.transport == 17)
        #expect(header.payload == 40..<42)
    }

    @Test func theHeaderIsReadWhereItStarts() throws {
        let header = try read(hex("FFFFFF") + ipv6([1, 2], next: 17), at: 3)
        #expect(header.source == address("fd00:198:18:1::2"))
        #expect(header.payload == 43..<45)
    }

    @Test func trafficClassAndFlowLabelDoNotMatter() throws {
        var bytes = ipv6(tcp())
        bytes.replaceSubrange(0..<4, with: hex("6FFFFFFF"))
        #expect(try read(bytes).transport == 6)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15] as [UInt8])
    func otherVersionIsMalformed(version: UInt8) {
        var bytes = ipv6(tcp())
        bytes[0] = version << 4
        #expect(throws: DecodeError.malformed) { try read(bytes) }
    }

    @Test(arguments: [0, 4, 19, 20])
    func thePayloadEndsWithThePayloadLength(length: Int) throws {
        #expect(try read(ipv6(tcp(), payloadLength: length)).payload == 40..<40 + length)
    }

    @Test(arguments: [21, 1500, 65535])
    func thePayloadOfALongerPacketEndsWithTheCapture(length: Int) throws {
        #expect(try read(ipv6(tcp(), payloadLength: length)).payload == 40..<60)
    }

    @Test(arguments: ["::ffff:198.18.1.2", "::ffff:0.0.0.0"])
    func mappedAddressIsRefused(mapped: String) {
        #expect(throws: DecodeError.mappedAddress) { try read(ipv6(tcp(), source: mapped)) }
        #expect(throws: DecodeError.mappedAddress) { try read(ipv6(tcp(), destination: mapped)) }
    }

    @Test(arguments: ["::198.18.1.2", "64:ff9b::198.18.1.2", "2002:c612:102::1", "::fffe:198.18.1.2"])
    func addressesThatOnlyHoldAnIPv4AddressAreOrdinary(text: String) throws {
        #expect(try read(ipv6(tcp(), source: text)).source == address(text))
    }

    @Test(arguments: [0, 43, 60] as [UInt8], [0, 1, 5] as [UInt8])
    func anExtensionHeaderIsSkipped(kind: UInt8, extra: UInt8) throws {
        let header = try read(ipv6(ipv6Extension(next: 6, extra: extra) + tcp(), next: kind))
        let start = 48 + 8 * Int(extra)
        #expect(header.transport == 6)
        #expect(header.payload == start..<start + 20)
    }

    @Test func theLongestExtensionHeaderIsSkipped() throws {
        let header = try read(ipv6(ipv6Extension(next: 17, extra: 255) + udp(), next: 60))
        #expect(header.transport == 17)
        #expect(header.payload == 2088..<2096)
    }

    @Test func aChainOfAllKindsIsFollowedInAnyOrder() throws {
        for kinds in [[0, 60, 43, 44], [44, 0, 43, 60], [60, 44, 60, 0]] as [[UInt8]] {
            let header = try read(chain(kinds))
            #expect(header.transport == 6)
            #expect(header.payload == 72..<92)
        }
    }

    @Test(arguments: 0..<12)
    func eightExtensionHeadersAreTooMany(count: Int) throws {
        let bytes = chain([UInt8](repeating: 60, count: count))
        if count < 8 {
            #expect(try read(bytes).payload.lowerBound == 40 + 8 * count)
        } else {
            #expect(throws: DecodeError.malformed) { try read(bytes) }
        }
    }

    @Test(arguments: [0, 1, 2, 4, 6, 7])
    func firstFragmentIsRead(flags: Int) throws {
        let header = try read(ipv6(ipv6Fragment(next: 6, field: flags) + tcp(), next: 44))
        #expect(header.transport == 6)
        #expect(header.payload == 48..<68)
    }

    @Test(arguments: [8, 9, 0x0100, 0x8000, 0xFFF8, 0xFFFF])
    func laterFragmentIsNoKnock(field: Int) {
        let fragment = ipv6Fragment(next: 6, field: field) + tcp()
        #expect(throws: DecodeError.laterFragment) { try read(ipv6(fragment, next: 44)) }
        #expect(throws: DecodeError.laterFragment) {
            try read(ipv6(ipv6Extension(next: 44) + fragment, next: 0))
        }
    }

    @Test func theSecondByteOfAFragmentHeaderIsNoLength() throws {
        var fragment = ipv6Fragment(next: 6, field: 1)
        fragment[1] = 9
        #expect(try read(ipv6(fragment + tcp(), next: 44)).payload == 48..<68)
    }

    @Test(arguments: [1, 50, 51, 58, 59, 132, 255] as [UInt8])
    func whatIsNoExtensionHeaderIsTheTransport(number: UInt8) throws {
        let header = try read(ipv6(tcp(), next: number))
        #expect(header.transport == number)
        #expect(header.payload == 40..<60)
    }

    @Test(arguments: [3, 4, 255] as [UInt8])
    func anExtensionHeaderThatRunsPastTheEndThrows(extra: UInt8) {
        var bytes = ipv6(ipv6Extension(next: 6) + tcp(), next: 0)
        bytes[41] = extra
        #expect(throws: DecodeError.truncated) { try read(bytes) }
    }

    @Test(arguments: [0, 1, 7])
    func anExtensionHeaderInThePaddingBehindThePacketThrows(payloadLength: Int) {
        let bytes = ipv6(ipv6Extension(next: 6) + tcp(), next: 0, payloadLength: payloadLength)
        #expect(throws: DecodeError.truncated) { try read(bytes) }
    }

    @Test(arguments: 0..<40)
    func everyPrefixThrows(length: Int) {
        #expect(throws: DecodeError.truncated) { try read(Array(ipv6([]).prefix(length))) }
    }

    @Test(arguments: [0, 43, 60, 44] as [UInt8])
    func everyPrefixThatCutsTheExtensionsThrows(kind: UInt8) {
        let bytes = chain([60, kind, 0])
        for length in 40..<64 {
            #expect(throws: DecodeError.truncated) { try read(Array(bytes.prefix(length))) }
        }
        #expect(throws: Never.self) { try read(Array(bytes.prefix(64))) }
    }

    @Test func aPacketWithoutPayloadIsOne() throws {
        #expect(try read(ipv6([])).payload == 40..<40)
    }
}
