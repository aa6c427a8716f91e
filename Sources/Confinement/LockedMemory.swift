import CLinux
import Glibc

/// Memory that is never written to swap space.
package enum LockedMemory {
    /// Address space for the heap, in bytes: more than 10,000 keys take. It becomes memory as it is used.
    private static let heap = 64 << 20
    /// The same for the stack. One that is locked cannot grow when privilege has gone, and a role that needs more would end.
    private static let stack = 1 << 20

    /// Locks this process's memory, and 64 MiB of heap that it will take; false where it may not. Call it while privileged:
    /// then no limit counts.
    ///
    /// What comes after that is not locked. To lock that too would mean a limit, and who reaches one gets no more memory.
    package static func lock() -> Bool {
        // One heap, made at once and never given back; large pieces are parts of it too.
        linux_grow_stack(stack)
        return linux_make_one_heap(heap) && mlockall(MCL_CURRENT | MCL_ONFAULT) == 0
    }
}
