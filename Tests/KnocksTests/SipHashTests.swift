import Knocks
import Testing

struct SipHashTests {
    /// The key of all published vectors: bytes 00 to 0f.
    private let published = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0F0E_0D0C_0B0A_0908)

    @Test func thePublishedVectorForSixteenBytesIsMet() {
        // vectors_sip64[16] of the reference implementation: db 9b c2 57 7f cc 2a 3f
        #expect(published.hash(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908) == 0x3F2A_CC7F_57C2_9BDB)
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
