import Testing

@testable import Decoding

struct IPv4HeaderTests {
    private func read(_ bytes: [UInt8], at start: Int = 0) throws(DecodeError) -> IPv4Header {
        try unsafe IPv4Header(reading: bytes.span.bytes, at: start)
    }

    @Test func fieldsAreReadFromTheirPlaces() throws {
        let header = try read(
            hex(
                "45",  // version, header length in words
                "00",  // type of service
                "00 15",  // total length: 21
                "12 34",  // identification
                "40 00",  // do not fragment
                "40",  // time to live
                "11",  // protocol: UDP
                "AB CD",  // checksum
                "C6 12 01 02",  // source
                "CB 00 71 FF",  // destination
                "00"))  // payload
        #expect(header.source == address("198.18.1.2"))
        #expect(header.destination == address("203.0.113.255"))
        #expect(header.transport == 17)
        #expect(header.payload == 20..<21)
    }

    @Test func theHeaderIsReadWhereItStarts() throws {
        let header = try read(hex("FFFFFF") + ipv4([1, 2], transport: 6), at: 3)
        #expect(header.source == address("198.18.1.2"))
        #expect(header.transport == 6)
        #expect(header.payload == 23..<25)
    }

    @Test(arguments: 1...10)
    func optionsArePartOfTheHeader(words: Int) throws {
        let header = try read(ipv4([7, 7, 7], options: [UInt8](repeating: 1, count: 4 * words)))
        #expect(header.payload == (20 + 4 * words)..<(23 + 4 * words))
    }

    @Test(arguments: [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] as [UInt8])
    func otherVersionIsMalformed(version: UInt8) {
        var bytes = ipv4(tcp())
        bytes[0] = version << 4 | 5
        #expect(throws: DecodeError.malformed) { try read(bytes) }
    }

    @Test(arguments: 0..<5 as Range<UInt8>)
    func headerShorterThanTwentyBytesIsMalformed(words: UInt8) {
        var bytes = ipv4(tcp())
        bytes[0] = 0x40 | words
        #expect(throws: DecodeError.malformed) { try read(bytes) }
    }

    @Test(arguments: [0, 1, 19])
    func totalLengthShorterThanTheHeaderIsMalformed(totalLength: Int) {
        #expect(throws: DecodeError.malformed) { try read(ipv4(tcp(), totalLength: totalLength)) }
    }

    @Test func totalLengthShorterThanTheOptionsIsMalformed() {
        let options = [UInt8](repeating: 1, count: 8)
        #expect(throws: DecodeError.malformed) { try read(ipv4(tcp(), options: options, totalLength: 27)) }
    }

    @Test(arguments: [20, 24, 39, 40])
    func thePayloadEndsWithTheTotalLength(totalLength: Int) throws {
        #expect(try read(ipv4(tcp(), totalLength: totalLength)).payload == 20..<totalLength)
    }

    @Test(arguments: [41, 60, 1500, 65535])
    func thePayloadOfALongerPacketEndsWithTheCapture(totalLength: Int) throws {
        #expect(try read(ipv4(tcp(), totalLength: totalLength)).payload == 20..<40)
    }

    @Test(arguments: [1, 2, 185, 0x1FFF])
    func laterFragmentIsNoKnock(offset: Int) {
        #expect(throws: DecodeError.laterFragment) { try read(ipv4(tcp(), fragment: offset)) }
        #expect(throws: DecodeError.laterFragment) { try read(ipv4(tcp(), fragment: 0x2000 | offset)) }
    }

    @Test(arguments: [0x2000, 0x4000, 0x8000, 0xE000])
    func flagsWithoutAnOffsetMakeNoLaterFragment(flags: Int) throws {
        #expect(try read(ipv4(tcp(), fragment: flags)).payload == 20..<40)
    }

    @Test(arguments: 0..<20)
    func everyPrefixThrows(length: Int) {
        #expect(throws: DecodeError.truncated) { try read(Array(ipv4([]).prefix(length))) }
    }

    @Test(arguments: 20..<60)
    func optionsThatAreCutOffThrow(length: Int) {
        let bytes = ipv4([], options: [UInt8](repeating: 1, count: 40))
        #expect(throws: DecodeError.truncated) { try read(Array(bytes.prefix(length))) }
    }

    @Test func aPacketWithoutPayloadIsOne() throws {
        #expect(try read(ipv4([])).payload == 20..<20)
    }
}
