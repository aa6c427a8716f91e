import COpenSSL

/// Memory for secrets that reaches neither swap space nor a dump: libcrypto's secure heap.
package enum SecretMemory {
    /// libcrypto gets what it needs from there too.
    private static let ourShare = (3, 4)

    /// Keeps all secrets there that this process makes from now on, as many as there is room for: in 4 MiB, the keys of
    /// 32,000 generations. A child that is forked gets copies that are not locked. To be called once.
    ///
    /// - Returns: whether the memory is locked. If it is not, secrets lie where all else does.
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

    /// How much of it is for secrets. Written once, before there are other threads.
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

    /// Overwrites it, and gives it back.
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
