import Testing

@testable import Hints

struct NonceTests {
    @Test func itsBytesAreMostSignificantFirst() throws {
        let nonce = try #require(Nonce(bytes: Array(1...16)))
        #expect(nonce == Nonce(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10))
        #expect(nonce.bytes == Array(1...16))
    }

    @Test(arguments: [0, 8, 15, 17, 32])
    func anotherCountThanSixteenIsNone(count: Int) {
        #expect(Nonce(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }
}
