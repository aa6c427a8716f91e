import COpenSSL

/// libcrypto cannot do what it should: it is broken, or there is no memory. Nothing that a stranger sends leads to this.
package struct CryptoError: Error, Equatable, CustomStringConvertible {
    /// The function that has failed.
    package let call: String

    package init(_ call: String) {
        self.call = call
    }

    package var description: String { "libcrypto: \(call) failed" }
}

/// libcrypto, made ready.
package enum Crypto {
    /// Loads what all later calls need, and no configuration file. For roles that go to jail, before they do.
    package static func prepare() {
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
    }

    /// This many bytes from the system's source of randomness (RAND_bytes(3)).
    package static func randomBytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else { throw CryptoError("RAND_bytes") }
        return bytes
    }
}
