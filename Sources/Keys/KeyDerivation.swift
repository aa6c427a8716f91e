import COpenSSL

/// HKDF with SHA-256, extract and expand (RFC 5869).
package enum KeyDerivation {
    /// Derives `count` bytes, at most 8,160.
    ///
    /// - Parameters:
    ///   - secret: the input keying material.
    ///   - salt: if empty, a string of zeros (RFC 5869, 2.2).
    package static func derive(
        from secret: SecretBytes, salt: [UInt8] = [], info: String, count: Int
    ) throws(CryptoError) -> SecretBytes {
        try derive(from: secret, salt: salt, info: Array(info.utf8), count: count)
    }

    /// Derives bytes with any bytes as `info`.
    package static func derive(
        from secret: SecretBytes, salt: [UInt8], info: [UInt8], count: Int
    ) throws(CryptoError) -> SecretBytes {
        guard let algorithm = unsafe EVP_KDF_fetch(nil, "HKDF", nil) else { throw CryptoError("EVP_KDF_fetch") }
        defer { unsafe EVP_KDF_free(algorithm) }
        guard let context = unsafe EVP_KDF_CTX_new(algorithm) else { throw CryptoError("EVP_KDF_CTX_new") }
        defer { unsafe EVP_KDF_CTX_free(context) }
        var (salt, info, digest) = (salt, info, Array("SHA256".utf8CString))
        do {
            return try unsafe SecretBytes(count: count) { output in
                try unsafe secret.withBytes { secret in
                    try unsafe salt.withUnsafeMutableBytes { salt in
                        try unsafe info.withUnsafeMutableBytes { info in
                            try unsafe digest.withUnsafeMutableBufferPointer { digest in
                                var parameters = unsafe [
                                    OSSL_PARAM_construct_utf8_string(openssl_kdf_digest(), digest.baseAddress, 0),
                                    OSSL_PARAM_construct_octet_string(
                                        openssl_kdf_key(), UnsafeMutableRawPointer(mutating: secret.baseAddress),
                                        secret.count),
                                    OSSL_PARAM_construct_octet_string(
                                        openssl_kdf_info(), info.baseAddress, info.count),
                                ]
                                if salt.count > 0 {
                                    unsafe parameters.append(
                                        OSSL_PARAM_construct_octet_string(
                                            openssl_kdf_salt(), salt.baseAddress, salt.count))
                                }
                                unsafe parameters.append(OSSL_PARAM_construct_end())
                                let bytes = unsafe output.bindMemory(to: UInt8.self).baseAddress
                                guard unsafe EVP_KDF_derive(context, bytes, output.count, parameters) == 1 else {
                                    throw CryptoError("EVP_KDF_derive")
                                }
                            }
                        }
                    }
                }
            }
        } catch {
            throw error as? CryptoError ?? CryptoError("EVP_KDF_derive")
        }
    }
}
