/// The secret published with the source (keys/example.key), for documentation and test vectors. Everybody has it, so
/// the programs refuse to use it.
package enum ExampleKey {
    /// A copy of the secret.
    package static var secret: SecretBytes {
        var bytes = Array("Published example, not a secret!".utf8)
        return SecretBytes(taking: &bytes)
    }

    /// Whether this is that secret, whatever the names of the key and the server.
    package static func isExample(_ secret: SecretBytes) -> Bool { secret == Self.secret }

    /// Whether any generation of this key has that secret.
    package static func isExample(_ key: Key) -> Bool { key.generations.contains { isExample($0.secret) } }
}
