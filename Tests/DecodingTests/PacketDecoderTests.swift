import Decoding
import Packets
import TestSupport
import Testing

struct PacketDecoderTests {
    @Test func aSYNInAnEthernetFrameIsDecoded() {
        let frame = hex(
            "02 00 00 00 00 01",  // Ethernet: destination
            "02 00 00 00 00 02",  // source
            "08 00",  // EtherType: IPv4
            "45 00 00 3C",  // IPv4: version and header length, service, total length 60
            "BE EF 40 00",  // identification, do not fragment
            "40 06 00 00",  // time to live, TCP, checksum
            "C6 12 01 02",  // source 198.18.1.2
            "C6 12 01 01",  // destination 198.18.1.1
            "A2 EA 1B 58",  // TCP: ports 41706 and 7000
            "12 34 56 78",  // sequence number
            "00 00 00 00",  // acknowledgement
            "A0 02 FA F0",  // data offset 10, SYN, window
            "00 00 00 00",  // checksum, urgent pointer
            "02 04 05 B4 04 02 08 0A 00 00 00 01 00 00 00 00 01 03 03 07")  // options
        #expect(decode(frame, as: .ethernet) == .success(packet(.tcp(.syn), port: 7000)))
    }

    @Test func aDatagramInACookedFrameIsDecoded() {
        let frame = hex(
            "00 00 00 01 00 06",  // SLL: for this host, Ethernet, address length
            "02 00 00 00 00 02 00 00",  // address
            "86 DD",  // protocol: IPv6
            "60 00 00 00 00 09 11 40",  // IPv6: version, payload length 9, UDP, hop limit
            "FD 00 01 98 00 18 00 01 00 00 00 00 00 00 00 02",  // source
            "FD 00 01 98 00 18 00 01 00 00 00 00 00 00 00 01",  // destination
            "A2 EA 1F 40 00 09 00 00",  // UDP: ports 41706 and 8000, length, checksum
            "00")  // one NUL byte, as knock sends it
        let expected = packet(.udp, from: "fd00:198:18:1::2", to: "fd00:198:18:1::1", port: 8000)
        #expect(decode(frame, as: .linuxCooked) == .success(expected))
    }

    @Test(arguments: LinkType.all)
    func bothFamiliesAndProtocolsAreDecodedOnEachLinkType(linkType: LinkType) {
        let (from, to) = ("fd00:198:18:1::2", "fd00:198:18:1::1")
        for (ip, expected) in [
            (ipv4(tcp()), packet(.tcp(.syn), port: 7000)),
            (ipv4(udp(), transport: 17), packet(.udp, port: 8000)),
            (ipv6(tcp(flags: 0x12)), packet(.tcp([.syn, .ack]), from: from, to: to, port: 7000)),
            (ipv6(udp(), next: 17), packet(.udp, from: from, to: to, port: 8000)),
        ] {
            #expect(decode(linkType.frame(ip), as: linkType) == .success(expected))
        }
    }

    @Test(arguments: LinkType.all)
    func everyPrefixOfAGoodFrameThrows(linkType: LinkType) {
        let options = [UInt8](repeating: 1, count: 12)
        let extensions = ipv6Extension(next: 44, extra: 1) + ipv6Fragment(next: 6, field: 1)
        for ip in [
            ipv4(tcp()), ipv4(udp(), transport: 17), ipv4(tcp(), options: options), ipv6(tcp()),
            ipv6(udp(), next: 17), ipv6(extensions + tcp(), next: 0),
        ] {
            let frame = linkType.frame(ip)
            #expect(throws: Never.self) { try decode(frame, as: linkType).get() }
            for length in frame.indices {
                #expect(decode(Array(frame.prefix(length)), as: linkType) == .failure(.truncated))
            }
        }
    }

    @Test(arguments: LinkType.all)
    func whatFollowsTheHeadersDoesNotMatter(linkType: LinkType) {
        for ip in [ipv4(tcp()), ipv6(tcp())] {
            let frame = linkType.frame(ip)
            #expect(decode(frame + [UInt8](repeating: 0xEE, count: 100), as: linkType) == decode(frame, as: linkType))
        }
    }

    @Test func paddingOfAShortFrameIsNotReadAsAHeader() {
        let segment = Array(tcp().prefix(4))
        for ip in [ipv4(segment), ipv6(segment)] {
            var frame = LinkType.ethernet.frame(ip)
            frame += [UInt8](repeating: 0x52, count: max(60 - frame.count, 16))
            #expect(frame.count >= 60)
            #expect(decode(frame, as: .ethernet) == .failure(.truncated))
        }
    }

    @Test func paddingBehindAShortDatagramIsNotReadAsAHeader() {
        let datagram = Array(udp().prefix(4))
        for ip in [ipv4(datagram, transport: 17), ipv6(datagram, next: 17)] {
            #expect(decode(ip + [UInt8](repeating: 0, count: 40)) == .failure(.truncated))
        }
    }

    @Test func aPacketLongerThanItsCaptureIsDecodedFromWhatThereIs() {
        let expected = packet(.tcp(.syn), port: 7000)
        #expect(decode(ipv4(tcp(), totalLength: 1500)) == .success(expected))
        #expect(decode(ipv4(Array(tcp().prefix(19)), totalLength: 1500)) == .failure(.truncated))
        #expect(decode(ipv6(Array(tcp().prefix(19)), payloadLength: 1500)) == .failure(.truncated))
    }

    @Test func firstFragmentIsAKnockAndLaterOnesAreNot() {
        #expect(decode(ipv4(tcp(), fragment: 0x2000)) == .success(packet(.tcp(.syn), port: 7000)))
        #expect(decode(ipv4(tcp(), fragment: 0x2001)) == .failure(.laterFragment))
        #expect(decode(ipv4(udp(), transport: 17, fragment: 0x00B9)) == .failure(.laterFragment))
        #expect(decode(ipv6(ipv6Fragment(next: 6, field: 0x05A9) + tcp(), next: 44)) == .failure(.laterFragment))
    }

    @Test(arguments: [1, 2, 41, 47, 50, 51, 58, 59, 132, 136, 255] as [UInt8])
    func otherProtocolsAreNoKnocks(number: UInt8) {
        #expect(decode(ipv4(tcp(), transport: number)) == .failure(.otherProtocol))
        #expect(decode(ipv6(tcp(), next: number)) == .failure(.otherProtocol))
    }

    @Test func extensionHeadersOfIPv6MeanNothingInIPv4() {
        for number in [0, 43, 44, 60] as [UInt8] {
            #expect(decode(ipv4(ipv6Extension(next: 6) + tcp(), transport: number)) == .failure(.otherProtocol))
        }
    }

    @Test(arguments: [LinkType.ethernet, .linuxCooked, .linuxCooked2])
    func framesThatCarryNoIPAreRefused(linkType: LinkType) {
        for etherType in [0x0000, 0x0026, 0x0806, 0x8847, 0x8864, 0x0008, 0xFFFF] {
            let frame = linkType.header(etherType: etherType) + ipv4(tcp())
            #expect(decode(frame, as: linkType) == .failure(.notIP))
        }
    }

    @Test(arguments: [LinkType.ethernet, .linuxCooked], [0x8100, 0x88A8, 0x9100])
    func aTaggedFrameIsAPacketOfItsVLAN(linkType: LinkType, tag: Int) {
        for (ip, etherType) in [(ipv4(tcp()), "0800"), (ipv6(tcp()), "86DD")] {
            let frame = linkType.header(etherType: tag) + hex("2064", etherType) + ip
            let untagged = decode(ip)
            #expect(decode(frame, as: linkType).map(\.vlan) == .success(100))
            #expect(decode(frame, as: linkType).map(\.source) == untagged.map(\.source))
            #expect(decode(frame, as: linkType).map(\.destinationPort) == untagged.map(\.destinationPort))
            for length in frame.indices {
                #expect(decode(Array(frame.prefix(length)), as: linkType) == .failure(.truncated))
            }
        }
    }

    @Test(arguments: [LinkType.ethernet, .linuxCooked])
    func aPriorityWithoutAVLANIsNoVLAN(linkType: LinkType) {
        let frame = linkType.header(etherType: 0x8100) + hex("E000", "0800") + ipv4(tcp())
        #expect(decode(frame, as: linkType) == .success(packet(.tcp(.syn), port: 7000)))
    }

    @Test(arguments: [LinkType.ethernet, .linuxCooked], ["0000", "0064"])
    func aFrameWithTwoTagsIsNobodys(linkType: LinkType, outer: String) {
        let frame = linkType.header(etherType: 0x88A8) + hex(outer, "8100", "0065", "0800") + ipv4(tcp())
        #expect(decode(frame, as: linkType) == .failure(.notIP))
    }

    @Test func linuxCooked2HasNoTags() {
        let frame = LinkType.linuxCooked2.header(etherType: 0x8100) + hex("0064", "0800") + ipv4(tcp())
        #expect(decode(frame, as: .linuxCooked2) == .failure(.notIP))
    }

    @Test func rawPacketsOfOneFamilyAreDecodedAsThatAlone() {
        #expect(decode(ipv4(tcp()), as: .rawIPv4) == .success(packet(.tcp(.syn), port: 7000)))
        #expect(decode(ipv6(tcp()), as: .rawIPv6) == decode(ipv6(tcp())))
        #expect(decode(ipv6(tcp()), as: .rawIPv4) == .failure(.malformed))
        #expect(decode(ipv4(tcp()), as: .rawIPv6) == .failure(.malformed))
    }

    @Test func linuxCooked2TellsTheInterface() throws {
        for linkType in LinkType.all {
            let frame = try decodeFrame(linkType.frame(ipv4(tcp())), as: linkType).get()
            #expect(frame.interface == (linkType == .linuxCooked2 ? 2 : 0))
        }
    }

    @Test func loopbackDevicesAreToldFromOthers() throws {
        for linkType in LinkType.all {
            let frame = try decodeFrame(linkType.frame(ipv4(tcp())), as: linkType).get()
            #expect(frame.isOnLoopback == [.bsdLoopback, .openBSDLoopback].contains(linkType))
        }
        var cooked = LinkType.linuxCooked.frame(ipv4(tcp()))
        cooked.replaceSubrange(2..<4, with: hex("0304"))
        #expect(decodeFrame(cooked, as: .linuxCooked).map(\.isOnLoopback) == .success(true))
    }

    @Test(arguments: LinkType.all)
    func whatTellsAPacketFromOthersIsTheSameOnEachLinkType(linkType: LinkType) throws {
        for ip in [ipv4(tcp()), ipv6(tcp()), ipv4(udp() + [UInt8](1...199), transport: 17)] {
            let bytes = linkType.frame(ip) + hex("0000 0000 0000")
            let range = try decodeFrame(bytes, as: linkType).get().identifyingBytes
            #expect(Array(bytes[range]) == ip)
        }
    }

    @Test func ofALongPacketItsBeginningTellsItFromOthers() throws {
        let ip = ipv4(udp() + [UInt8](repeating: 7, count: 600), transport: 17)
        let tagged = LinkType.ethernet.header(etherType: 0x8100) + hex("0064", "0800") + ip
        for (bytes, start) in [(LinkType.ethernet.frame(ip), 14), (tagged, 18)] {
            let captured = Array(bytes.prefix(512))
            #expect(decodeFrame(captured, as: .ethernet).map(\.identifyingBytes) == .success(start..<start + 256))
        }
    }

    @Test(arguments: [LinkType.ethernet, .linuxCooked, .linuxCooked2])
    func aPacketOfTheOtherVersionThanTheLinkLayerSaysIsMalformed(linkType: LinkType) {
        #expect(decode(linkType.header(etherType: 0x0800) + ipv6(tcp()), as: linkType) == .failure(.malformed))
        #expect(decode(linkType.header(etherType: 0x86DD) + ipv4(tcp()), as: linkType) == .failure(.malformed))
    }

    @Test(arguments: [0, 1, 2, 3, 5, 7, 8, 15] as [UInt8])
    func rawPacketsOfAnotherVersionAreMalformed(version: UInt8) {
        var bytes = ipv4(tcp())
        bytes[0] = version << 4 | 5
        #expect(decode(bytes, as: .rawIP) == .failure(.malformed))
    }

    @Test func packetsThatThisHostSendsAreRefused() {
        var cooked = LinkType.linuxCooked.frame(ipv4(tcp()))
        cooked[1] = 4
        #expect(decode(cooked, as: .linuxCooked) == .failure(.outgoing))
        var cooked2 = LinkType.linuxCooked2.frame(ipv4(tcp()))
        cooked2[10] = 4
        #expect(decode(cooked2, as: .linuxCooked2) == .failure(.outgoing))
    }

    @Test func anIPv6PacketCannotPassForIPv4() {
        #expect(decode(ipv6(tcp(), source: "::ffff:198.18.1.2")) == .failure(.mappedAddress))
        #expect(decode(ipv6(tcp(), destination: "::ffff:198.18.1.1")) == .failure(.mappedAddress))
    }

    @Test func aSegmentWithAnImpossibleDataOffsetIsMalformed() {
        #expect(decode(ipv4(tcp(dataOffset: 4))) == .failure(.malformed))
        #expect(decode(ipv6(tcp(dataOffset: 0))) == .failure(.malformed))
    }

    @Test func noFrameTrapsAndNothingOutsideAFrameIsRead() {
        var random = SeededGenerator.announced()
        let good = [
            ipv4(tcp()), ipv4(udp(), transport: 17), ipv4(tcp(), options: hex("01010101 01010101")), ipv6(tcp()),
            ipv6(udp(), next: 17), ipv6(ipv6Extension(next: 60) + ipv6Extension(next: 6) + tcp(), next: 0),
            ipv6(ipv6Extension(next: 44) + ipv6Fragment(next: 17, field: 1) + udp(), next: 43),
        ]
        var (decoded, refused) = (0, 0)
        for _ in 0..<50_000 {
            let linkType = LinkType.allCases[Int.random(in: 0..<LinkType.allCases.count, using: &random)]
            let frame =
                random.oneIn(4)
                ? random.bytes(Int.random(in: 0..<120, using: &random))
                : random.mutated(linkType.frame(good[Int.random(in: 0..<good.count, using: &random)]))
            let first = decodeFrame(frame, as: linkType, amid: 0x00)
            let second = decodeFrame(frame, as: linkType, amid: 0xFF)
            guard first == second else {
                Issue.record("what surrounds the frame changes it from \(first) to \(second): \(frame)")
                return
            }
            if case .success = first { decoded += 1 } else { refused += 1 }
        }
        #expect(decoded > 1_000 && refused > 1_000)
    }
}
