import Testing

@testable import Packets

struct EthernetFrameTests {
    private func etherType(_ bytes: [UInt8]) throws(DecodeError) -> UInt16 {
        try unsafe EthernetFrame(reading: bytes.span.bytes).etherType
    }

    @Test func theEtherTypeStandsBehindBothAddresses() throws {
        let frame = hex(
            "02 00 00 00 00 01",  // destination
            "02 00 00 00 00 02",  // source
            "86 DD")  // EtherType
        #expect(try etherType(frame) == 0x86DD)
        #expect(EthernetFrame.headerLength == frame.count)
    }

    @Test(arguments: 0..<14)
    func aHeaderThatIsCutOffThrows(length: Int) {
        #expect(throws: DecodeError.truncated) { try etherType([UInt8](repeating: 8, count: length)) }
    }
}
