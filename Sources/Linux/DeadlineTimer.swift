package import Base
import CLinux
import Glibc

/// Wakes the loop at a moment on the since-boot clock, also right after a suspension past that moment.
package final class DeadlineTimer {
    /// Readable when the moment has come.
    package let descriptor: Descriptor

    package init() throws(SystemError) {
        let number = try system("timerfd_create") { timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK)) }
        descriptor = Descriptor(owning: number)
    }

    /// Sets the one moment to wake at; nil is never. A past moment wakes at once.
    package func set(_ deadline: Milliseconds?) {
        var setting = itimerspec()
        if let deadline {
            // A relative time: some libraries take every absolute time for one of the wall clock (libfaketime).
            let span = max(deadline, 0) - Clock.sinceBoot()
            setting.it_value.tv_sec = Int(max(span, 0) / 1000)
            setting.it_value.tv_nsec = span > 0 ? Int(span % 1000) * 1_000_000 : 1
        }
        _ = unsafe timerfd_settime(descriptor.number, 0, &setting, nil)
    }

    /// Consumes the wake-up, so that the descriptor waits again.
    package func acknowledge() {
        var count: UInt64 = 0
        _ = unsafe read(descriptor.number, &count, 8)
    }
}
