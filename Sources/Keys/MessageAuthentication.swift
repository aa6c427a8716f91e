import COpenSSL

/// HMAC-SHA256 (RFC 2104) with one key, prepared once: each further message costs a fifth of the first.
@safe
package final class MessageAuthentication {
    /// The length of a code, in bytes.
    package static let size = 32

    private let context: OpaquePointer

    package init(key: SecretBytes) throws(CryptoError) {
        guard let algorithm = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else { throw CryptoError("EVP_MAC_fetch") }
        defer { unsafe EVP_MAC_free(algorithm) }
        guard let context = unsafe EVP_MAC_CTX_new(algorithm) else { throw CryptoError("EVP_MAC_CTX_new") }
        unsafe self.context = context
        var digest = Array("SHA256".utf8CString)
        let isKeyed = unsafe digest.withUnsafeMutableBufferPointer { digest in
            let parameters = unsafe [
                OSSL_PARAM_construct_utf8_string(openssl_mac_digest(), digest.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe key.withBytes { key in
                let bytes = unsafe key.bindMemory(to: UInt8.self).baseAddress
                return unsafe EVP_MAC_init(context, bytes, key.count, parameters) == 1
            }
        }
        guard isKeyed else { throw CryptoError("EVP_MAC_init") }
    }

    deinit {
        unsafe EVP_MAC_CTX_free(context)
    }

    /// The code of a message, 32 bytes.
    package func code(of message: ArraySlice<UInt8>) throws(CryptoError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: Self.size)
        var written = 0
        let isDone = unsafe message.withUnsafeBufferPointer { message in
            // Without a key, libcrypto uses the one set before.
            unsafe EVP_MAC_init(context, nil, 0, nil) == 1
                && EVP_MAC_update(context, message.baseAddress, message.count) == 1
                && EVP_MAC_final(context, &code, &written, Self.size) == 1
        }
        guard isDone, written == Self.size else { throw CryptoError("EVP_MAC_final") }
        return code
    }

    /// Whether a code is that of a message. The time taken does not depend on where they differ.
    package func isCode(_ code: ArraySlice<UInt8>, of message: ArraySlice<UInt8>) throws(CryptoError) -> Bool {
        guard code.count == Self.size else { return false }
        let right = try self.code(of: message)
        return unsafe code.withUnsafeBytes { unsafe CRYPTO_memcmp($0.baseAddress, right, Self.size) == 0 }
    }
}
