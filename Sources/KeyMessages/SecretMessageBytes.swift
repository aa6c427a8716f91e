import Keys
import Messages

/// Secrets in messages between roles.
extension MessageWriter {
    mutating func put(_ secret: SecretBytes) {
        unsafe secret.withBytes { bytes in
            for index in 0..<bytes.count { put(unsafe bytes[index]) }
        }
    }
}

extension MessageReader {
    /// The next `count` bytes, as a secret.
    mutating func takeSecret(_ count: Int) -> SecretBytes? {
        guard var bytes = takeBytes(count) else { return nil }
        return SecretBytes(taking: &bytes)
    }
}
