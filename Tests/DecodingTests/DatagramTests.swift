import Decoding
import Packets
import TestSupport
import Testing

/// Where the payload of a datagram lies in what was captured.
struct DatagramTests {
    private static let payload = [UInt8](0..<120)
    private static let datagram = udp(length: 128) + payload
    private static let whole = [ipv4(datagram, transport: 17), ipv6(datagram, next: 17)]

    private func payload(_ ip: [UInt8], as linkType: LinkType = .rawIP) throws -> [UInt8]? {
        let bytes = linkType.frame(ip)
        return try decodeFrame(bytes, as: linkType).get().datagram.map { Array(bytes[$0]) }
    }

    @Test(arguments: LinkType.all)
    func thePayloadIsWhatLiesBehindTheHeader(linkType: LinkType) throws {
        let extended = ipv6(ipv6Extension(next: 60) + ipv6Extension(next: 17) + Self.datagram, next: 0)
        let options = ipv4(Self.datagram, transport: 17, options: hex("01010101"))
        for ip in Self.whole + [extended, options] { #expect(try payload(ip, as: linkType) == Self.payload) }
    }

    @Test func itIsFoundBehindAVLANsTag() throws {
        let frame = LinkType.ethernet.header(etherType: 0x8100) + hex("0064", "0800") + Self.whole[0]
        #expect(try decodeFrame(frame, as: .ethernet).get().datagram == frame.count - 120..<frame.count)
    }

    @Test(arguments: LinkType.all)
    func noPrefixHasIt(linkType: LinkType) {
        for ip in Self.whole {
            let frame = linkType.frame(ip)
            for length in frame.indices {
                let found = try? decodeFrame(Array(frame.prefix(length)), as: linkType).get().datagram
                #expect(found == nil, "\(length) bytes")
            }
        }
    }

    @Test(arguments: LinkType.all)
    func paddingIsNoPartOfIt(linkType: LinkType) throws {
        for ip in Self.whole {
            #expect(try payload(ip + [UInt8](repeating: 0xEE, count: 9), as: linkType) == Self.payload)
        }
    }

    @Test(arguments: [8, 9, 127, 128])
    func itsOwnLengthEndsIt(length: Int) throws {
        let datagram = udp(length: length) + Self.payload
        for ip in [ipv4(datagram, transport: 17), ipv6(datagram, next: 17)] {
            #expect(try payload(ip) == Array(Self.payload.prefix(length - 8)))
        }
    }

    @Test(arguments: [0, 1, 7, 129, 32_768, 65_535])
    func aLengthThatCannotBeIsNone(length: Int) throws {
        let datagram = udp(length: length) + Self.payload
        for ip in [ipv4(datagram, transport: 17), ipv6(datagram, next: 17)] {
            let frame = try decodeFrame(ip + [UInt8](repeating: 0, count: 64)).get()
            #expect(frame.datagram == nil)
            #expect(frame.packet.destinationPort == 8000, "classic knocks do not look at it")
        }
    }

    @Test(arguments: [0, 1, 119])
    func whatLiesBeyondTheIPPacketIsNone(count: Int) throws {
        #expect(try payload(ipv4(Self.datagram, transport: 17, totalLength: 28 + count)) == nil)
        #expect(try payload(ipv6(Self.datagram, next: 17, payloadLength: 8 + count)) == nil)
    }

    @Test func aFragmentHasNone() throws {
        #expect(try payload(ipv4(Self.datagram, transport: 17, fragment: 0x2000)) == nil)
        #expect(try payload(ipv4(Self.datagram, transport: 17, fragment: 0x4000)) == Self.payload, "do not fragment")
        let (more, last) = (ipv6Fragment(next: 17, field: 1), ipv6Fragment(next: 17, field: 0))
        #expect(try payload(ipv6(more + Self.datagram, next: 44)) == nil)
        #expect(try payload(ipv6(last + Self.datagram, next: 44)) == Self.payload, "a fragment that is the whole")
        let both = ipv6Fragment(next: 44, field: 1) + last
        #expect(try payload(ipv6(both + Self.datagram, next: 44)) == nil)
    }

    @Test func aSegmentHasNone() throws {
        #expect(try payload(ipv4(tcp() + Self.payload)) == nil)
        #expect(try payload(ipv6(tcp() + Self.payload)) == nil)
    }

    @Test func whateverComesItLiesWithinWhatWasCaptured() {
        var random = SeededGenerator.announced()
        var found = 0
        for _ in 0..<20_000 {
            let bytes = random.mutated(Self.whole[Int.random(in: 0...1, using: &random)])
            guard let range = try? decodeFrame(bytes).get().datagram else { continue }
            found += 1
            #expect(range.lowerBound >= 28 && range.upperBound <= bytes.count)
        }
        #expect(found > 100)
    }
}
