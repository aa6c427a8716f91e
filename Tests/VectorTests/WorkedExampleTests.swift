import Foundation
import Hints
import Keys
import Packets
import Testing

@testable import SignedKnocks

/// The worked example of docs/PROTOCOL.md, taken out of the document and made once more.
struct WorkedExampleTests {
    private let values: [String: String]

    init() throws {
        let document = VectorTests.directory.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/PROTOCOL.md")
        let text = try String(contentsOf: document, encoding: .utf8)
        let section = try #require(
            text.components(separatedBy: "\n## A worked example, byte by byte\n").dropFirst().last)
        var values: [String: String] = [:]
        var name = ""
        for line in section.split(separator: "\n") where line.hasPrefix("    ") {
            let halves = line.components(separatedBy: " = ")
            if halves.count == 2 { name = halves[0].trimmingCharacters(in: .whitespaces) }
            values[name, default: ""] += halves[halves.count - 1].trimmingCharacters(in: .whitespaces)
        }
        self.values = values
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        try Vector.bytes(#require(values[name], "\(name)"))
    }

    private func secret(_ name: String) throws -> SecretBytes {
        var bytes = try bytes(name)
        return SecretBytes(taking: &bytes)
    }

    private func keys() throws -> WorkingKeys {
        let server = try #require(KeyName(String(decoding: bytes("server"), as: UTF8.self)))
        return try WorkingKeys(secret: secret("secret"), server: server)
    }

    @Test func eachValueIsThere() {
        #expect(values.count == 29)
    }

    @Test func theKeysFollowFromTheSecret() throws {
        let keys = try keys()
        #expect(try secret("secret") == ExampleKey.secret)
        #expect(try keys.hint == secret("hint-key"))
        #expect(try keys.encrypt == secret("encrypt-key"))
        #expect(try keys.tag == secret("tag-key"))
        #expect(keys.id.description == values["id"])
        #expect(values["id-value"]?.hasPrefix(keys.id.description) == true)
    }

    @Test func theFirstStepOfTheDerivationIsTold() throws {
        var zeros = [UInt8](repeating: 0, count: 32)
        let extract = try MessageAuthentication(key: SecretBytes(taking: &zeros))
        #expect(try extract.code(of: bytes("secret")[...]) == bytes("prk"))
        let expand = try MessageAuthentication(key: secret("prk"))
        #expect(try expand.code(of: (bytes("hint-info") + [1])[...]) == bytes("hint-key"))
    }

    @Test func theHintFollowsFromTheTimestamp() throws {
        let (timestamp, epoch) = (UInt64(values["timestamp"] ?? ""), UInt64(values["epoch"] ?? ""))
        #expect(try epoch == TimeWindow.epoch(of: #require(timestamp)))
        #expect(try bytes("hint-input") == #require(epoch).bigEndianBytes)
        let code = try MessageAuthentication(key: keys().hint).code(of: bytes("hint-input")[...])
        #expect(try code == bytes("hint-hmac"))
        #expect(try Array(code[..<8]) == bytes("hint"))
        #expect(try timestamp?.bigEndianBytes == bytes("body-0"))
    }

    @Test func theBodyIsEncryptedWithTheKeyStream() throws {
        let nonce = try #require(Nonce(bytes: bytes("nonce")))
        #expect(try bytes("counter-4") == Nonce(high: nonce.high, low: nonce.low + 3).bytes)
        let zeros = [UInt8](repeating: 0, count: 64)
        #expect(try BodyCipher().apply(keys().encrypt, nonce, to: zeros[...]) == bytes("key-stream"))
        let plain = try [0, 8, 24, 28, 32].flatMap { try bytes("body-\($0)") }
        #expect(try zip(plain, bytes("key-stream")).map { $0 ^ $1 } == bytes("encrypted"))
    }

    @Test func theDatagramIsThatOfASignerAndOfTheVector() throws {
        let body = try SignedKnockBody(reading: [0, 8, 24, 28, 32].flatMap { try bytes("body-\($0)") })
        let nonce = try #require(Nonce(bytes: bytes("nonce")))
        let datagram = try [0, 8, 24, 56, 88].flatMap { try bytes("sent-\($0)") }
        #expect(try KnockSigner(keys()).sign(body, nonce: nonce) == datagram)
        #expect(try bytes("hint") + bytes("nonce") + bytes("encrypted") + bytes("tag") == datagram)
        let file = VectorTests.directory.appendingPathComponent("ok-worked-example.vector")
        let vector = try Vector(reading: String(contentsOf: file, encoding: .utf8))
        #expect(vector.datagram == datagram)
        #expect(vector.plain == body.bytes)
    }
}
