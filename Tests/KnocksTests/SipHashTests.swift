import Knocks
import Testing

struct SipHashTests {
    /// The key of all published vectors: bytes 00 to 0f.
    private let published = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0F0E_0D0C_0B0A_0908)

    @Test func thePublishedVectorForSixteenBytesIsMet() {
        // vectors_sip64[16] of the reference implementation: db 9b c2 57 7f cc 2a 3f
        #expect(published.hash(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908) == 0x3F2A_CC7F_57C2_9BDB)
    }

    /// vectors_sip64 of the reference implementation; the message is bytes 00, 01, 02 and so on.
    @Test(
        arguments: [
            (0, 0x726F_DB47_DD0E_0E31), (1, 0x74F8_39C5_93DC_67FD), (7, 0xAB02_00F5_8B01_D137),
            (8, 0x93F5_F579_9A93_2462), (9, 0x9E00_82DF_0BA9_E4B0), (15, 0xA129_CA61_49BE_45E5),
            (16, 0x3F2A_CC7F_57C2_9BDB), (24, 0xB8AD_50C6_F649_AF94), (63, 0x958A_324C_EB06_4572),
        ] as [(Int, UInt64)])
    func thePublishedVectorsForOtherLengthsAreMet(length: Int, expected: UInt64) {
        let message = (0..<length).map(UInt8.init)
        #expect(unsafe published.hash(message.span.bytes) == expected)
        if length >= 8 {
            let rest = Array(message[8...])
            #expect(unsafe published.hash(0x0706_0504_0302_0100, rest.span.bytes) == expected)
        }
    }

    @Test func aMessageThatDoesNotBeginOnAWordIsReadAlike() {
        let message = (0..<40).map(UInt8.init)
        for start in 0..<8 {
            let part = Array(message[start...])
            #expect(unsafe published.hash(message.span.bytes.extracting(start..<40)) == published.hash(part.span.bytes))
        }
    }

    @Test(arguments: 0..<64)
    func eachBitOfTheMessageMatters(bit: Int) {
        let hash = published.hash(0, 0)
        #expect(published.hash(1 << bit, 0) != hash)
        #expect(published.hash(0, 1 << bit) != hash)
        #expect(published.hash(1 << bit, 0) != published.hash(0, 1 << bit))
    }

    @Test(arguments: 0..<64)
    func eachBitOfTheKeyMatters(bit: Int) {
        let hash = SipHash(key0: 0, key1: 0).hash(1, 2)
        #expect(SipHash(key0: 1 << bit, key1: 0).hash(1, 2) != hash)
        #expect(SipHash(key0: 0, key1: 1 << bit).hash(1, 2) != hash)
    }

    @Test func theSameKeyAndMessageHaveTheSameHash() {
        #expect(SipHash(key0: 5, key1: 6).hash(7, 8) == SipHash(key0: 5, key1: 6).hash(7, 8))
    }

    @Test func neighbouringMessagesFallIntoDifferentPlaces() {
        let places = Set((0..<1000).map { published.hash(0, $0) & 0xFFFF })
        // 1,000 balls into 65,536 bins: about 992 bins are hit.
        #expect(places.count > 970)
    }
}
