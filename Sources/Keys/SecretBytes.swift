import COpenSSL

/// Secret bytes: overwritten when the last owner releases them, never printed, compared in constant time.
@safe
package final class SecretBytes: Sendable, Equatable {
    /// Written once, before any other code can see it.
    private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

    /// Copies the bytes, and overwrites the array.
    package init(taking bytes: inout [UInt8]) {
        unsafe memory = SecretMemory.allocate(bytes.count)
        unsafe memory.copyBytes(from: bytes)
        Self.wipe(&bytes)
    }

    /// Bytes that `fill` writes directly into this object's memory.
    package init(count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
        unsafe memory = SecretMemory.allocate(count)
        do {
            unsafe try fill(memory)
        } catch {
            unsafe SecretMemory.free(memory)
            throw error
        }
    }

    deinit {
        unsafe SecretMemory.free(memory)
    }

    /// Whether they lie in memory that is never swapped out (see `SecretMemory`).
    package var isLocked: Bool { unsafe SecretMemory.isLocked(memory) }

    package var count: Int { unsafe memory.count }

    /// Lends the bytes, valid until `body` returns.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        unsafe try body(UnsafeRawBufferPointer(memory))
    }

    /// A copy, for a message or a file; the caller must wipe it.
    package func copy() -> [UInt8] {
        unsafe Array(memory)
    }

    /// Whether all bytes are zero, which is not a secret.
    package var isZero: Bool { unsafe memory.allSatisfy { $0 == 0 } }

    package static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        unsafe left.count == right.count
            && CRYPTO_memcmp(left.memory.baseAddress, right.memory.baseAddress, left.count) == 0
    }

    /// Overwrites an array's bytes.
    package static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}
