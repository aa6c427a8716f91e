import CLinux
import Glibc

/// Wakes the loop when the wall clock is set, and at a moment on that clock (timerfd_create(2),
/// TFD_TIMER_CANCEL_ON_SET).
///
/// Slewing is not a setting; a suspension of the machine is one.
package final class ClockWatch {
    /// The latest possible moment.
    private static let never = UInt64.max

    /// Readable when the clock was set, or the moment has come.
    package let descriptor: Descriptor
    private var wasSet = false

    package init() throws(SystemError) {
        let number = try system("timerfd_create") { timerfd_create(CLOCK_REALTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK)) }
        descriptor = Descriptor(owning: number)
        set(nil)
    }

    /// Sets the one moment to wake at, in milliseconds since 1970; nil is never. A past moment wakes at once.
    package func set(_ wallMilliseconds: UInt64?) {
        if arm(wallMilliseconds ?? Self.never) { return }
        // The kernel reports a clock setting once. It has done so here, so the descriptor must be made readable by a
        // moment that is past.
        wasSet = true
        _ = arm(0)
    }

    /// Consumes the wake-up, so that the descriptor waits again. The moment to wake at may be lost.
    ///
    /// - Returns: whether the clock was set since the last call.
    package func acknowledge() -> Bool {
        defer { wasSet = false }
        var count: UInt64 = 0
        if unsafe read(descriptor.number, &count, 8) < 0, linux_errno() == ECANCELED { return true }
        return wasSet
    }

    /// Sets the timer; false if the kernel reports that the clock was set, which it does once.
    private func arm(_ wallMilliseconds: UInt64) -> Bool {
        let moment = max(wallMilliseconds, 1)
        var setting = itimerspec()
        setting.it_value.tv_sec = Int(moment / 1000)
        setting.it_value.tv_nsec = Int(moment % 1000) * 1_000_000
        let flags = Int32(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)
        return unsafe timerfd_settime(descriptor.number, flags, &setting, nil) == 0 || linux_errno() != ECANCELED
    }
}
