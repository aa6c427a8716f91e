import COpenSSL

/// Memory for secrets that reaches neither swap space nor a core dump: libcrypto's secure heap.
package enum SecretMemory {
    /// The share of the heap for our secrets; libcrypto takes what it needs from the rest.
    private static let ourShare = (3, 4)

    /// From now on, keeps all secrets of this process in locked memory, as far as there is room: 4 MiB hold the keys of
    /// 32,000 generations. Call it once. The copies in a forked child are not locked.
    ///
    /// - Returns: whether the memory is locked. If not, secrets lie in ordinary memory.
    package static func lock() -> Bool {
        for size in KeysLimits.secretMemory {
            if CRYPTO_secure_malloc_init(size, 32) == 1 {
                unsafe limit = size / ourShare.1 * ourShare.0
                return true
            }
            _ = CRYPTO_secure_malloc_done()
        }
        return false
    }

    /// The part of the heap for secrets, in bytes. Written once, before there are other threads.
    private nonisolated(unsafe) static var limit = 0

    /// Memory of this size, aligned to 16 bytes.
    static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if unsafe limit > 0 && CRYPTO_secure_used() + count <= limit,
            let pointer = unsafe CRYPTO_secure_malloc(max(count, 1), nil, 0)
        {
            return unsafe UnsafeMutableRawBufferPointer(start: pointer, count: count)
        }
        return .allocate(byteCount: count, alignment: 16)
    }

    /// Overwrites and frees the memory.
    static func free(_ memory: UnsafeMutableRawBufferPointer) {
        if unsafe isLocked(memory) {
            unsafe CRYPTO_secure_clear_free(memory.baseAddress, memory.count, nil, 0)
        } else {
            unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
            unsafe memory.deallocate()
        }
    }

    static func isLocked(_ memory: UnsafeMutableRawBufferPointer) -> Bool {
        unsafe CRYPTO_secure_allocated(memory.baseAddress) == 1
    }
}
