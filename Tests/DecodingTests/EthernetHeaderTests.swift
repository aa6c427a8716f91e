import Testing

@testable import Decoding

struct EthernetHeaderTests {
    private let addresses = hex("02 00 00 00 00 01", "02 00 00 00 00 02")

    private func read(_ bytes: [UInt8]) throws(DecodeError) -> LinkHeader {
        try unsafe LinkHeader(ethernet: bytes.span.bytes)
    }

    @Test func theEtherTypeStandsBehindBothAddresses() throws {
        let header = try read(addresses + hex("86 DD"))
        #expect(header == LinkHeader(etherType: 0x86DD, payloadStart: 14))
        #expect(header.vlan == nil && header.interface == 0 && !header.isOnLoopback && !header.isOutgoing)
    }

    @Test(arguments: 0..<14)
    func aHeaderThatIsCutOffThrows(length: Int) {
        #expect(throws: DecodeError.truncated) { try read([UInt8](repeating: 8, count: length)) }
    }

    @Test(arguments: ["8100", "88A8", "9100"])
    func aTagNamesTheVLANAndThePayload(tag: String) throws {
        let header = try read(addresses + hex(tag, "0064", "0800"))
        #expect(header.vlan == 100)
        #expect(header.etherType == 0x0800)
        #expect(header.payloadStart == 18)
    }

    @Test(arguments: [(0x0000, nil), (0x0001, 1), (0x0FFE, 4094), (0xE000, nil), (0xF001, 1), (0x100A, 10)])
    func priorityIsNoPartOfTheId(tag: Int, vlan: UInt16?) throws {
        let header = try read(addresses + hex("8100") + bigEndian(tag) + hex("86DD"))
        #expect(header.vlan == vlan)
        #expect(header.etherType == 0x86DD)
        #expect(header.payloadStart == 18)
    }

    @Test(arguments: [0x0FFF, 0xFFFF])
    func theReservedIdIsRefused(tag: Int) {
        #expect(throws: DecodeError.notIP) { try read(addresses + hex("8100") + bigEndian(tag) + hex("0800")) }
    }

    @Test func aSecondTagIsNoIP() throws {
        for outer in ["0064", "0000"] {
            let header = try read(addresses + hex("88A8", outer, "8100", "0065", "0800"))
            #expect(header.etherType == 0x8100)
        }
    }

    @Test(arguments: 14..<18)
    func aTagThatIsCutOffThrows(length: Int) {
        let frame = addresses + hex("8100", "0064", "0800")
        #expect(throws: DecodeError.truncated) { try read(Array(frame.prefix(length))) }
    }
}
