import CLinux
// It shows timespec too: which module that type belongs to depends on which of them the compiler meets first.
import CPcap
import Glibc

/// Wakes the loop at a moment on the since-boot clock, also right after the machine was suspended past it.
package final class DeadlineTimer {
    /// Readable when the moment has come.
    package let descriptor: Descriptor

    package init() throws(SystemError) {
        let number = try system("timerfd_create") { timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK)) }
        descriptor = Descriptor(owning: number)
    }

    /// Sets the one moment to wake at; nil is never. A moment that has passed wakes at once.
    package func set(_ deadline: Milliseconds?) {
        var setting = itimerspec()
        if let deadline {
            let moment = max(deadline, 1)
            setting.it_value.tv_sec = Int(moment / 1000)
            setting.it_value.tv_nsec = Int(moment % 1000) * 1_000_000
        }
        _ = unsafe timerfd_settime(descriptor.number, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }

    /// Takes the wake-up, so that the descriptor waits again.
    package func acknowledge() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, 8)
    }
}
