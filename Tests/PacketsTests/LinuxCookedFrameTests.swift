import Testing

@testable import Packets

struct LinuxCookedFrameTests {
    private let version1 = hex(
        "00 00",  // packet type: for this host
        "00 01",  // hardware: Ethernet
        "00 06",  // address length
        "02 00 00 00 00 02 00 00",  // address
        "86 DD")  // protocol

    private let version2 = hex(
        "08 00",  // protocol
        "00 00",  // reserved
        "00 00 00 02",  // interface
        "00 01",  // hardware: Ethernet
        "00",  // packet type: for this host
        "06",  // address length
        "02 00 00 00 00 02 00 00")  // address

    private func read1(_ bytes: [UInt8]) throws(DecodeError) -> LinuxCookedFrame {
        try unsafe LinuxCookedFrame(reading: bytes.span.bytes)
    }

    private func read2(_ bytes: [UInt8]) throws(DecodeError) -> LinuxCookedFrame {
        try unsafe LinuxCookedFrame(readingVersion2: bytes.span.bytes)
    }

    @Test func fieldsOfVersion1AreReadFromTheirPlaces() throws {
        let frame = try read1(version1)
        #expect(frame.etherType == 0x86DD)
        #expect(frame.headerLength == version1.count)
        #expect(!frame.isOutgoing)
    }

    @Test func fieldsOfVersion2AreReadFromTheirPlaces() throws {
        let frame = try read2(version2)
        #expect(frame.etherType == 0x0800)
        #expect(frame.headerLength == version2.count)
        #expect(!frame.isOutgoing)
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

    @Test(arguments: 0..<16)
    func everyPrefixOfVersion1Throws(length: Int) {
        #expect(throws: DecodeError.truncated) { try read1(Array(version1.prefix(length))) }
    }

    @Test(arguments: 0..<11)
    func version2WithoutItsPacketTypeThrows(length: Int) {
        #expect(throws: DecodeError.truncated) { try read2(Array(version2.prefix(length))) }
    }
}
