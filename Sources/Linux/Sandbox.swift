import CLinux
import CSeccomp
import Glibc

/// The list of system calls that a jailed role may still make; any other ends it at once.
///
/// A packet socket can send, and be told to do much else: where a call could, its arguments are listed too.
package enum Sandbox {
    /// A system call, and why the Listener needs it after its capture is open.
    private struct Call {
        let name: String
        let reason: String
        /// What its arguments must be; none is any.
        var conditions: [scmp_arg_cmp] = []
    }

    private static func argument(_ index: UInt32, is value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
    }

    private static func argument(_ index: UInt32, hasNone mask: Int32) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(mask), datum_b: 0)
    }

    private static func listenerCalls(channel: Int32) -> [Call] {
        let overChannel = argument(0, is: UInt64(channel))
        let socketLevel = argument(1, is: UInt64(SOL_SOCKET))
        return [
            Call(name: "poll", reason: "waits for packets, orders and expiry"),
            Call(name: "ppoll", reason: "the same, on machines without poll"),
            Call(name: "ppoll_time64", reason: "the same, on 32 bits"),
            Call(name: "recvfrom", reason: "takes orders", conditions: [overChannel]),
            Call(name: "sendto", reason: "reports", conditions: [overChannel, argument(4, is: 0)]),
            Call(
                name: "setsockopt", reason: "puts a new filter in place",
                conditions: [socketLevel, argument(2, is: UInt64(SO_ATTACH_FILTER))]),
            Call(
                name: "getsockopt", reason: "libpcap asks why a capture failed",
                conditions: [socketLevel, argument(2, is: UInt64(SO_ERROR))]),
            Call(name: "getsockname", reason: "libpcap asks whether the interface is still there"),
            Call(
                name: "ioctl", reason: "the same, of an interface that is down",
                conditions: [argument(1, is: UInt64(SIOCGIFFLAGS))]),
            Call(name: "read", reason: "libpcap empties its wake-up descriptor"),
            Call(name: "clock_gettime", reason: "the time, where the vDSO does not give it"),
            Call(name: "clock_gettime64", reason: "the same, on 32 bits"),
            Call(name: "getrandom", reason: "the first use of a Swift hash table"),
            Call(name: "mmap", reason: "memory, never to be executed", conditions: [argument(2, hasNone: PROT_EXEC)]),
            Call(name: "mmap2", reason: "the same, on 32 bits", conditions: [argument(2, hasNone: PROT_EXEC)]),
            Call(name: "munmap", reason: "memory"),
            Call(name: "mremap", reason: "memory"),
            Call(name: "madvise", reason: "memory"),
            Call(name: "brk", reason: "memory"),
            Call(name: "futex", reason: "locks inside the C library"),
            Call(name: "close", reason: "an orderly end"),
            Call(name: "exit", reason: "the end"),
            Call(name: "exit_group", reason: "the end"),
            Call(name: "rt_sigreturn", reason: "returns from a signal handler"),
            Call(name: "restart_syscall", reason: "poll goes on after the process was stopped"),
        ]
    }

    /// Jails the Listener. It must hold all descriptors that it will ever need.
    ///
    /// - Parameter channel: the one descriptor that it may send and receive on.
    package static func enterListener(channel: Descriptor) throws(SystemError) {
        guard let filter = unsafe seccomp_init(UInt32(SCMP_ACT_KILL_PROCESS)) else {
            throw SystemError("seccomp_init", code: ENOMEM)
        }
        defer { unsafe seccomp_release(filter) }
        for call in listenerCalls(channel: channel.number) {
            let number = unsafe seccomp_syscall_resolve_name(call.name)
            // Negative: this architecture has no such call, so that nobody can make it.
            if number < 0 { continue }
            let count = UInt32(call.conditions.count)
            try check(
                unsafe seccomp_rule_add_array(filter, UInt32(SCMP_ACT_ALLOW), number, count, call.conditions), call.name
            )
        }
        try check(unsafe seccomp_load(filter), "seccomp")
    }

    /// libseccomp returns the negative errno.
    private static func check(_ result: Int32, _ subject: String) throws(SystemError) {
        if result < 0 { throw SystemError("seccomp", subject, code: -result) }
    }
}
