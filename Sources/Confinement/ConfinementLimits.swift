/// Limits that the kernel enforces on a role; docs/LIMITS.md lists the limits of all modules.
package enum ConfinementLimits {
    /// Descriptors of the Resolver; it gets no more, and names are not found.
    package static let resolverDescriptors = 32
    /// Descriptors of the Verifier, which needs none once it is confined; it gets no more.
    package static let verifierDescriptors = 16
    /// Bytes of the Resolver's address space; it gets no more and ends, and lines go without names.
    package static let resolverMemory = 512 << 20
    /// Bytes of the Verifier's heap that is locked, more than 10,000 keys take; what goes beyond can be swapped out. It
    /// becomes memory as it is used.
    package static let lockedHeap = 64 << 20
    /// Bytes of the stack of a role whose memory is locked: it cannot grow when privilege has gone, and a role that
    /// needs more ends.
    package static let lockedStack = 1 << 20
}
