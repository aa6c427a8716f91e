import CLinux
import Glibc

/// Memory that the kernel never writes to swap space.
package enum LockedMemory {
    /// Locks this process's memory and a heap of 64 MiB for its later use; false if the process may not. Call it while
    /// privileged, so that no limit applies.
    ///
    /// Memory allocated beyond that is not locked. Locking it too would need a limit, and a process that reaches the
    /// limit gets no more memory.
    package static func lock() -> Bool {
        // One heap, allocated at once and never returned; large allocations come from it too.
        linux_grow_stack(ConfinementLimits.lockedStack)
        return linux_make_one_heap(ConfinementLimits.lockedHeap) && mlockall(MCL_CURRENT | MCL_ONFAULT) == 0
    }
}
