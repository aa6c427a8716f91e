import CLinux
import Glibc

/// Memory that is never written to swap space.
package enum LockedMemory {
    /// Locks this process's memory, and 64 MiB of heap that it will take; false where it may not. Call it while privileged:
    /// then no limit counts.
    ///
    /// What comes after that is not locked. To lock that too would mean a limit, and who reaches one gets no more memory.
    package static func lock() -> Bool {
        // One heap, made at once and never given back; large pieces are parts of it too.
        linux_grow_stack(ConfinementLimits.lockedStack)
        return linux_make_one_heap(ConfinementLimits.lockedHeap) && mlockall(MCL_CURRENT | MCL_ONFAULT) == 0
    }
}
