import CLinux
import CSeccomp
import Glibc

/// The list of system calls that a jailed role may still make; any other ends it at once.
package enum Sandbox {
    /// A system call and why the Listener needs it after its capture is open.
    private static let listenerCalls: [(name: String, reason: String)] = [
        ("poll", "waits for packets, orders and expiry"),
        ("recvfrom", "takes orders from the Doorkeeper; libpcap empties the socket when a filter changes"),
        ("sendto", "reports to the Doorkeeper"),
        ("setsockopt", "puts a new filter in place"),
        ("getsockopt", "libpcap asks why a capture failed"),
        ("ioctl", "libpcap asks whether the interface is still there"),
        ("read", "libpcap empties its wake-up descriptor"),
        ("fcntl", "libpcap asks for a descriptor's flags"),
        ("clock_gettime", "the time, where the vDSO does not give it"),
        ("getrandom", "the first use of a Swift hash table"),
        ("mmap", "memory"),
        ("munmap", "memory"),
        ("mremap", "memory"),
        ("madvise", "memory"),
        ("brk", "memory"),
        ("futex", "locks inside the C library"),
        ("close", "an orderly end"),
        ("exit", "the end"),
        ("exit_group", "the end"),
        ("rt_sigreturn", "returns from a signal handler"),
        ("restart_syscall", "poll goes on after the process was stopped"),
    ]

    /// Jails the Listener. It must hold all descriptors that it will ever need.
    package static func enterListener() throws(SystemError) {
        guard let filter = unsafe seccomp_init(UInt32(SCMP_ACT_KILL_PROCESS)) else {
            throw SystemError("seccomp_init", code: ENOMEM)
        }
        defer { unsafe seccomp_release(filter) }
        for call in listenerCalls {
            let number = unsafe seccomp_syscall_resolve_name(call.name)
            // __NR_SCMP_ERROR: this libseccomp does not know the name on this architecture; nobody can call it then.
            if number == -1 { continue }
            try check(unsafe seccomp_rule_add_array(filter, UInt32(SCMP_ACT_ALLOW), number, 0, nil), call.name)
        }
        try check(unsafe seccomp_load(filter), "seccomp")
    }

    /// libseccomp returns the negative errno.
    private static func check(_ result: Int32, _ subject: String) throws(SystemError) {
        if result < 0 { throw SystemError("seccomp", subject, code: -result) }
    }
}
