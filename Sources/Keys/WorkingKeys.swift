/// The keys derived from a generation's secret for one server (docs/PROTOCOL.md, "Keys"), each 32 bytes for one
/// purpose. The secret cannot be computed from them.
package struct WorkingKeys: Equatable, Sendable {
    /// The length of each key, and of a secret, in bytes.
    package static let size = 32

    package let id: GenerationID
    package let hint: SecretBytes
    package let encrypt: SecretBytes
    package let tag: SecretBytes

    package init(id: GenerationID, hint: SecretBytes, encrypt: SecretBytes, tag: SecretBytes) {
        self.id = id
        self.hint = hint
        self.encrypt = encrypt
        self.tag = tag
    }

    /// Derives the keys from a generation's secret and the name of its server.
    package init(secret: SecretBytes, server: KeyName) throws(CryptoError) {
        hint = try Self.derive("hint", secret, server)
        encrypt = try Self.derive("encrypt", secret, server)
        tag = try Self.derive("tag", secret, server)
        id = try GenerationID(of: secret, server: server)
    }

    /// The key for proofs that a file comes from a holder of this secret (`KeyContinuity`). Servers do not derive it:
    /// it is in no message and in no role.
    static func continuity(_ secret: SecretBytes, _ server: KeyName) throws(CryptoError) -> SecretBytes {
        try derive("continuity", secret, server)
    }

    fileprivate static func derive(
        _ purpose: String, _ secret: SecretBytes, _ server: KeyName
    ) throws(CryptoError) -> SecretBytes {
        try KeyDerivation.derive(from: secret, info: "signed-knock 1 \(purpose) \(server)", count: size)
    }
}

extension GenerationID {
    /// The id of the generation with this secret, for this server.
    package init(of secret: SecretBytes, server: KeyName) throws(CryptoError) {
        self.init(firstOf: try WorkingKeys.derive("id", secret, server))
    }

    /// The first 16 of at least 16 bytes.
    fileprivate init(firstOf bytes: SecretBytes) {
        let words = unsafe bytes.withBytes { bytes in
            [0, 8].map { UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
        }
        self.init(high: words[0], low: words[1])
    }
}
