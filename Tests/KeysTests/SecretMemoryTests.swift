import Testing

@testable import Keys

/// It is for the whole process, so one test does all of it.
struct SecretMemoryTests {
    @Test func secretsAreLockedAsLongAsThereIsRoomAndCountBeyondThat() throws {
        func secret(_ byte: UInt8) -> SecretBytes {
            var bytes = [UInt8](repeating: byte, count: 32)
            return SecretBytes(taking: &bytes)
        }
        let before = secret(1)
        #expect(!before.isLocked)
        try #require(SecretMemory.lock())
        let many = (0..<150_000).map { secret(UInt8(truncatingIfNeeded: $0)) }
        #expect(many.first?.isLocked == true && many.last?.isLocked == false)
        #expect(many.last == secret(UInt8(truncatingIfNeeded: 149_999)) && before == secret(1))
        // libcrypto has its part.
        let server = try #require(KeyName("gw"))
        #expect(try WorkingKeys(secret: before, server: server) == WorkingKeys(secret: secret(1), server: server))
    }
}
