import CLinux
import Glibc

/// Receives signals as messages: they are blocked for the process and read from a descriptor.
package final class Signals {
    /// The signals that the daemon handles.
    package enum Signal: Int32, CaseIterable {
        case hangup = 1
        case interrupt = 2
        case terminate = 15
        case child = 17
    }

    /// Readable when a signal is pending.
    package let descriptor: Descriptor
    /// The process's signal mask before that, for the programs that it runs.
    static nonisolated(unsafe) private(set) var inherited = sigset_t()

    /// Blocks all signals of `Signal` and makes them readable.
    package init() throws(SystemError) {
        var set = Signals.block()
        let number = try system("signalfd") { unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK)) }
        descriptor = Descriptor(owning: number)
    }

    /// Blocks all signals of `Signal`, for a role that exits only when its channel closes.
    package static func ignoreAll() {
        _ = block()
    }

    private static func block() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in Signal.allCases { unsafe sigaddset(&set, signal.rawValue) }
        unsafe sigprocmask(SIG_BLOCK, &set, &inherited)
        // Writing to a reader that is gone must be an error of that write, not the end of the daemon.
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
        // If the daemon was started with SIGCHLD ignored, the kernel would discard the exit status of its children.
        _ = Glibc.signal(SIGCHLD, SIG_DFL)
        return set
    }

    /// The next pending signal; nil if there is none.
    package func next() -> Signal? {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard unsafe read(descriptor.number, &info, size) == size else { return nil }
        return Signal(rawValue: Int32(info.ssi_signo))
    }
}
