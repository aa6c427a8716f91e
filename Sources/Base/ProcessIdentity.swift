import Glibc

/// A process, told apart from another one that gets the same id later.
package struct ProcessIdentity: Equatable, Sendable {
    package let id: Int32
    /// When it began, in the kernel's ticks since boot.
    package let began: Int64

    package init(id: Int32, began: Int64) {
        self.id = id
        self.began = began
    }

    /// When it began, on the since-boot clock.
    package var beganAt: Milliseconds {
        let (seconds, ticks) = began.quotientAndRemainder(dividingBy: Self.ticksPerSecond)
        return seconds * 1000 + ticks * 1000 / Self.ticksPerSecond
    }

    private static let ticksPerSecond = Int64(max(sysconf(Int32(_SC_CLK_TCK)), 1))
}
