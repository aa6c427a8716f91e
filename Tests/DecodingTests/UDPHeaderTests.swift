import Testing

@testable import Decoding

struct UDPHeaderTests {
    private func read(_ bytes: [UInt8], in range: Range<Int>? = nil) throws(DecodeError) -> UDPHeader {
        try unsafe UDPHeader(reading: bytes.span.bytes, in: range ?? 0..<bytes.count)
    }

    @Test func fieldsAreReadFromTheirPlaces() throws {
        let header = try read(
            hex(
                "A2 EA",  // source port
                "1F 40",  // destination port
                "00 09",  // length
                "AB CD"))  // checksum
        #expect(header.sourcePort == 41706)
        #expect(header.destinationPort == 8000)
    }

    @Test(arguments: [0, 7, 8, 9, 65535])
    func theLengthFieldIsNotLookedAt(length: Int) throws {
        #expect(try read(udp(length: length)).destinationPort == 8000)
    }

    @Test(arguments: 0..<8)
    func everyPrefixThrows(length: Int) {
        #expect(throws: DecodeError.truncated) { try read(Array(udp().prefix(length))) }
    }

    @Test(arguments: 0..<8)
    func bytesBehindTheDatagramAreNotPartOfIt(length: Int) {
        #expect(throws: DecodeError.truncated) { try read(udp() + udp(), in: 8..<8 + length) }
    }

    @Test func theHeaderIsReadWhereTheRangeBegins() throws {
        #expect(try read([0xFF] + udp(to: 53), in: 1..<9).destinationPort == 53)
    }
}
