import COpenSSL
package import Hints
package import Keys

/// AES-256 in counter mode (NIST SP 800-38A, 6.5) with a 128-bit big-endian counter that starts with the nonce.
/// Encryption and decryption are the same operation.
@safe
package final class BodyCipher {
    private let context: OpaquePointer
    private let algorithm: OpaquePointer

    package init() throws(CryptoError) {
        guard let algorithm = unsafe EVP_CIPHER_fetch(nil, "AES-256-CTR", nil) else {
            throw CryptoError("EVP_CIPHER_fetch")
        }
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            unsafe EVP_CIPHER_free(algorithm)
            throw CryptoError("EVP_CIPHER_CTX_new")
        }
        unsafe (self.algorithm, self.context) = unsafe (algorithm, context)
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(context)
        unsafe EVP_CIPHER_free(algorithm)
    }

    /// The bytes, encrypted or decrypted.
    package func apply(_ key: SecretBytes, _ nonce: Nonce, to bytes: ArraySlice<UInt8>) throws(CryptoError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: bytes.count)
        var written: Int32 = 0
        let isDone = unsafe key.withBytes { key in
            let key = unsafe key.bindMemory(to: UInt8.self).baseAddress
            return unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe EVP_EncryptInit_ex2(context, algorithm, key, nonce.bytes, nil) == 1
                    && EVP_EncryptUpdate(context, &output, &written, bytes.baseAddress, Int32(bytes.count)) == 1
            }
        }
        guard isDone, Int(written) == bytes.count else { throw CryptoError("EVP_EncryptUpdate") }
        return output
    }
}
