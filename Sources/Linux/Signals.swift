import CLinux
import Glibc

/// Signals as messages: blocked for the process and read from a descriptor, in the loop's own time.
package final class Signals {
    /// The signals that this program knows.
    package enum Signal: Int32, CaseIterable {
        case hangup = 1
        case interrupt = 2
        case terminate = 15
        case child = 17
    }

    /// Readable when a signal waits.
    package let descriptor: Descriptor
    /// The process's signal mask as it was before: what programs that are run get back.
    static nonisolated(unsafe) private(set) var inherited = sigset_t()

    /// Blocks all signals of `Signal` and makes them readable.
    package init() throws(SystemError) {
        var set = Signals.block()
        let number = try system("signalfd") { unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK)) }
        descriptor = Descriptor(owning: number)
    }

    /// Blocks all signals of `Signal`, for a role that ends with its channel and with nothing else.
    package static func ignoreAll() {
        _ = block()
    }

    private static func block() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in Signal.allCases { unsafe sigaddset(&set, signal.rawValue) }
        unsafe sigprocmask(SIG_BLOCK, &set, &inherited)
        // Writing to a reader that has gone is an error of that write, not the end of the daemon.
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
        // Whoever starts the daemon with SIGCHLD ignored would have the kernel swallow how its children end.
        _ = Glibc.signal(SIGCHLD, SIG_DFL)
        return set
    }

    /// The next signal that has arrived.
    package func next() -> Signal? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard unsafe read(descriptor.number, &info, size) == size else { return nil }
        return Signal(rawValue: Int32(info.ssi_signo))
    }
}
