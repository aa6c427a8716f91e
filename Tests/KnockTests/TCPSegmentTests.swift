import Base
import Packets
import Testing

@testable import knock

struct TCPSegmentTests {
    /// Segments that tcpdump saw on a wire, and whose checksums it called correct.
    @Test(arguments: [
        (
            "198.18.1.2", "198.18.1.1",
            TCPSegment(sourcePort: 34159, destinationPort: 7000, flags: .fin, sequenceNumber: 2_315_951_220),
            0x5F84 as UInt16
        ),
        (
            "198.18.1.2", "198.18.1.1",
            TCPSegment(
                sourcePort: 44533, destinationPort: 7002, flags: .ack, sequenceNumber: 1_363_314_552,
                acknowledgment: 2_387_356_986), 0xC92A
        ),
        (
            "fd00:198:18:1::2", "fd00:198:18:1::1",
            TCPSegment(
                sourcePort: 4444, destinationPort: 7001, flags: [.fin, .psh, .urg], sequenceNumber: 1_591_878_880),
            0x06ED
        ),
    ])
    func theChecksumIsTheOneOfTheWire(source: String, target: String, segment: TCPSegment, sum: UInt16) throws {
        let bytes = segment.bytes(from: try #require(HostAddress(source)), to: try #require(HostAddress(target)))
        #expect(bytes[16...17].elementsEqual([UInt8(sum >> 8), UInt8(sum & 0xFF)]))
    }

    @Test func theFieldsStandWhereTheyBelong() throws {
        let address = try #require(HostAddress("198.18.1.1"))
        let segment = TCPSegment(
            sourcePort: 0x0102, destinationPort: 0x0304, flags: [.syn, .ack], sequenceNumber: 0x0506_0708,
            acknowledgment: 0x090A_0B0C)
        let bytes = segment.bytes(from: address, to: address)
        #expect(bytes.prefix(14) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x50, 0x12])
        #expect(bytes.count == 20)
        #expect(bytes[18...] == [0, 0])
    }

    @Test func withoutAckThereIsNoAcknowledgment() throws {
        let address = try #require(HostAddress("::1"))
        let segment = TCPSegment(
            sourcePort: 1, destinationPort: 2, flags: .syn, sequenceNumber: 3, acknowledgment: 0xFFFF_FFFF)
        #expect(segment.bytes(from: address, to: address)[8..<12] == [0, 0, 0, 0])
    }
}

struct InternetChecksumTests {
    @Test(
        arguments: [
            // The example of RFC 1071, section 3, and its complement.
            ([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7], ~0xDDF2),
            ([], 0xFFFF), ([0xFF, 0xFF], 0), ([0xFF, 0xFF, 0x00, 0x01], 0xFFFE), ([0x12], 0xEDFF),
        ] as [([UInt8], UInt16)])
    func theSumIsFoldedAndComplemented(bytes: [UInt8], expected: UInt16) {
        #expect(InternetChecksum.of(bytes) == expected)
    }

    @Test func manyCarriesAreFoldedToo() {
        #expect(InternetChecksum.of([UInt8](repeating: 0xFF, count: 1 << 20)) == 0)
    }
}
