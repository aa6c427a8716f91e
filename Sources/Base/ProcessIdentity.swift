import Glibc

/// A process, distinguished from a later one with the same id by its start time.
package struct ProcessIdentity: Equatable, Sendable {
    package let id: Int32
    /// Its start time, in the kernel's clock ticks since boot.
    package let began: Int64

    package init(id: Int32, began: Int64) {
        self.id = id
        self.began = began
    }

    /// Its start time, on the since-boot clock.
    package var beganAt: Milliseconds {
        let (seconds, ticks) = began.quotientAndRemainder(dividingBy: Self.ticksPerSecond)
        return seconds * 1000 + ticks * 1000 / Self.ticksPerSecond
    }

    private static let ticksPerSecond = Int64(max(sysconf(Int32(_SC_CLK_TCK)), 1))
}
