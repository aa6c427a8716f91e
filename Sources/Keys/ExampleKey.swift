/// The secret that is published with the source (keys/example.key), for documentation and test vectors. Everybody has it:
/// whoever is asked to use it refuses.
package enum ExampleKey {
    /// A copy.
    package static var secret: SecretBytes {
        var bytes = Array("Published example, not a secret!".utf8)
        return SecretBytes(taking: &bytes)
    }

    /// Whether this is that secret, whatever the key and the server are called.
    package static func isExample(_ secret: SecretBytes) -> Bool { secret == Self.secret }

    /// Whether a generation of this key has it.
    package static func isExample(_ key: Key) -> Bool { key.generations.contains { isExample($0.secret) } }
}
