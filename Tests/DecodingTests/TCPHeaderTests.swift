import Packets
import Testing

@testable import Decoding

struct TCPHeaderTests {
    private func read(_ bytes: [UInt8], in range: Range<Int>? = nil) throws(DecodeError) -> TCPHeader {
        try unsafe TCPHeader(reading: bytes.span.bytes, in: range ?? 0..<bytes.count)
    }

    @Test func fieldsAreReadFromTheirPlaces() throws {
        let header = try read(
            hex(
                "A2 EA",  // source port
                "1B 58",  // destination port
                "01 02 03 04",  // sequence number
                "05 06 07 08",  // acknowledgement
                "50",  // data offset
                "12",  // SYN and ACK
                "FF FF 00 00 00 00"))  // window, checksum, urgent pointer
        #expect(header.sourcePort == 41706)
        #expect(header.destinationPort == 7000)
        #expect(header.flags == [.syn, .ack])
    }

    @Test(
        arguments: [
            (0x01, .fin), (0x02, .syn), (0x04, .rst), (0x08, .psh), (0x10, .ack), (0x20, .urg), (0x00, []),
            (0x3F, [.fin, .syn, .rst, .psh, .ack, .urg]),
        ] as [(UInt8, TCPFlags)])
    func eachFlagHasItsBit(byte: UInt8, flags: TCPFlags) throws {
        #expect(try read(tcp(flags: byte)).flags == flags)
    }

    @Test func congestionBitsChangeNoFlag() throws {
        #expect(try read(tcp(flags: 0xC2)).flags.isSuperset(of: .syn))
        #expect(try read(tcp(flags: 0xC2)).flags.isDisjoint(with: [.fin, .rst, .psh, .ack, .urg]))
    }

    @Test func portsGoUpToTheLast() throws {
        let header = try read(tcp(from: 65535, to: 65535))
        #expect(header.sourcePort == 65535)
        #expect(header.destinationPort == 65535)
    }

    @Test(arguments: 0...15 as ClosedRange<UInt8>)
    func dataOffsetBelowFiveIsMalformed(dataOffset: UInt8) throws {
        let bytes = tcp(dataOffset: dataOffset) + [UInt8](repeating: 1, count: 40)
        if dataOffset < 5 {
            #expect(throws: DecodeError.malformed) { try read(bytes) }
        } else {
            #expect(try read(bytes).destinationPort == 7000)
        }
    }

    @Test func reservedBitsBesideTheDataOffsetDoNotMatter() throws {
        var bytes = tcp()
        bytes[12] = 0x5F
        #expect(try read(bytes).destinationPort == 7000)
    }

    @Test(arguments: 0..<20)
    func everyPrefixThrows(length: Int) {
        #expect(throws: DecodeError.truncated) { try read(Array(tcp().prefix(length))) }
    }

    @Test(arguments: 0..<20)
    func bytesBehindTheSegmentAreNotPartOfIt(length: Int) {
        #expect(throws: DecodeError.truncated) { try read(tcp() + tcp(), in: 20..<20 + length) }
    }

    @Test func theHeaderIsReadWhereTheRangeBegins() throws {
        let bytes = [0xFF, 0xFF, 0xFF] + tcp(to: 22)
        #expect(try read(bytes, in: 3..<23).destinationPort == 22)
    }

    @Test func flagsAreWrittenAsInTheConfiguration() {
        let all: TCPFlags = [.fin, .syn, .rst, .psh, .ack, .urg]
        #expect(
            [[], .syn, [.ack, .syn], all].map { "\($0)" } == ["none", "syn", "syn,ack", "fin,syn,rst,psh,ack,urg"])
    }
}
