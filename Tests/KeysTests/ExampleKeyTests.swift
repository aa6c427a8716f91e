import Linux
import Testing

@testable import Keys

struct ExampleKeyTests {
    @Test func itsSecretIsRecognisedUnderAnyName() throws {
        let server = Sample.name("any.server")
        let secret = ExampleKey.secret
        let example = KeyGeneration(
            number: 7, id: try GenerationID(of: secret, server: server), secret: secret, created: 0, state: .revoked)
        var key = Key(name: Sample.name("any-name"), server: server, generations: [try Sample.generation(1)])
        #expect(!ExampleKey.isExample(key))
        key.generations.append(example)
        #expect(ExampleKey.isExample(key))
    }

    @Test func noOtherSecretIsTakenForIt() {
        let published = ExampleKey.secret.copy()
        #expect(published.count == WorkingKeys.size)
        for bit in 0..<256 {
            var other = published
            other[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!ExampleKey.isExample(SecretBytes(taking: &other)))
        }
    }

    @Test func theFileInTheRepositoryHasIt() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let file = "/\(root)/keys/example.key"
        guard case .key(let key) = KeyFile.read(try Files.read(file), file: file) else {
            Issue.record("it is no key file")
            return
        }
        #expect(key.name.description == "example")
        #expect(key.server.description == "example.org")
        #expect(ExampleKey.isExample(key))
    }
}
