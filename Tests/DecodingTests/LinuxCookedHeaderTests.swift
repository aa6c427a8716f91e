import Testing

@testable import Decoding

struct LinuxCookedHeaderTests {
    private let version1 = hex(
        "00 00",  // packet type: for this host
        "00 01",  // hardware: Ethernet
        "00 06",  // address length
        "02 00 00 00 00 02 00 00",  // address
        "86 DD")  // protocol

    private let version2 = hex(
        "08 00",  // protocol
        "00 00",  // reserved
        "01 02 03 04",  // interface
        "00 01",  // hardware: Ethernet
        "00",  // packet type: for this host
        "06",  // address length
        "02 00 00 00 00 02 00 00")  // address

    private func read1(_ bytes: [UInt8]) throws(DecodeError) -> LinkHeader {
        try unsafe LinkHeader(linuxCooked: bytes.span.bytes)
    }

    private func read2(_ bytes: [UInt8]) throws(DecodeError) -> LinkHeader {
        try unsafe LinkHeader(linuxCooked2: bytes.span.bytes)
    }

    @Test func fieldsOfVersion1AreReadFromTheirPlaces() throws {
        let header = try read1(version1)
        #expect(header == LinkHeader(etherType: 0x86DD, payloadStart: version1.count))
        #expect(header.interface == 0 && header.vlan == nil && !header.isOnLoopback && !header.isOutgoing)
    }

    @Test func fieldsOfVersion2AreReadFromTheirPlaces() throws {
        let header = try read2(version2)
        #expect(header.etherType == 0x0800)
        #expect(header.payloadStart == version2.count)
        #expect(header.interface == 0x0102_0304)
        #expect(header.vlan == nil && !header.isOnLoopback && !header.isOutgoing)
    }

    @Test(arguments: [(0, false), (1, false), (2, false), (3, false), (4, true), (5, false)] as [(UInt8, Bool)])
    func onlyPacketTypeFourIsOutgoing(type: UInt8, expected: Bool) throws {
        var (frame1, frame2) = (version1, version2)
        frame1[1] = type
        frame2[10] = type
        #expect(try read1(frame1).isOutgoing == expected)
        #expect(try read2(frame2).isOutgoing == expected)
    }

    @Test func bothBytesOfThePacketTypeCountInVersion1() throws {
        var frame = version1
        (frame[0], frame[1]) = (4, 4)
        #expect(try !read1(frame).isOutgoing)
    }

    @Test(arguments: [(0x0304, true), (0x0001, false), (0x0004, false), (0x0300, false), (0xFFFE, false)])
    func onlyLoopbacksHardwareTypeIsLoopback(hardware: Int, expected: Bool) throws {
        var (frame1, frame2) = (version1, version2)
        frame1.replaceSubrange(2..<4, with: bigEndian(hardware))
        frame2.replaceSubrange(8..<10, with: bigEndian(hardware))
        #expect(try read1(frame1).isOnLoopback == expected)
        #expect(try read2(frame2).isOnLoopback == expected)
    }

    @Test func libpcapPutsTheTagBehindVersion1() throws {
        let frame = version1.dropLast(2) + hex("8100", "2FFE", "0800")
        let header = try read1(Array(frame))
        #expect(header.vlan == 4094)
        #expect(header.etherType == 0x0800)
        #expect(header.payloadStart == 20)
        for length in 16..<20 {
            #expect(throws: DecodeError.truncated) { try read1(Array(frame.prefix(length))) }
        }
    }

    @Test(arguments: 0..<16)
    func everyPrefixOfVersion1Throws(length: Int) {
        #expect(throws: DecodeError.truncated) { try read1(Array(version1.prefix(length))) }
    }

    @Test(arguments: 0..<11)
    func version2WithoutItsPacketTypeThrows(length: Int) {
        #expect(throws: DecodeError.truncated) { try read2(Array(version2.prefix(length))) }
    }
}
