import Foundation
import Keys
import Linux
import TestSupport
import Testing

@testable import Configuration

/// A directory of keys, for as long as this is there.
struct KeyFiles {
    private let outer: TemporaryDirectory
    let path: String

    /// - Parameter names: of the keys.
    init(_ names: String..., server: String = "gw.example.org") throws {
        outer = try TemporaryDirectory()
        path = try outer.makePrivate("keys")
        for (number, name) in names.enumerated() {
            var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number) &+ 1, count: 32)
            let secret = SecretBytes(taking: &bytes)
            let server = try #require(KeyName(server))
            let generation = KeyGeneration(
                number: 1, id: try GenerationID(of: secret, server: server), secret: secret, created: 0, state: .active)
            let key = Key(name: try #require(KeyName(name)), server: server, generations: [generation])
            let file = try outer.write(KeyFile.text(of: key), to: "keys/\(name).key")
            #expect(unsafe chmod(file, 0o600) == 0)
        }
    }
}
