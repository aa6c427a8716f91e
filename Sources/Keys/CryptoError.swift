import COpenSSL

/// A failure of libcrypto: it is broken, or out of memory. Nothing that comes from the network causes it.
package struct CryptoError: Error, Equatable, CustomStringConvertible {
    /// The function that failed.
    package let call: String

    package init(_ call: String) {
        self.call = call
    }

    package var description: String { "libcrypto: \(call) failed" }
}

/// Preparation of libcrypto, and random bytes.
package enum Crypto {
    /// Loads everything that later calls need, and no configuration file. Roles call it before they enter their jail.
    package static func prepare() {
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
    }

    /// This many bytes from libcrypto's random generator (RAND_bytes(3)).
    package static func randomBytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else { throw CryptoError("RAND_bytes") }
        return bytes
    }
}
