import CLinux
import CSeccomp
import Glibc
package import Linux

/// The list of system calls that a jailed role may still make.
///
/// Any other call ends the role: most calls after a report that names them, calls that would be a way out at once. A
/// packet socket can also send and be configured, so the list restricts arguments where a call could do that.
package enum Sandbox {
    /// A system call, and why a role needs it in its jail.
    private struct Call {
        let name: String
        let reason: String
        /// The conditions on its arguments; empty allows any arguments.
        var conditions: [scmp_arg_cmp] = []
    }

    private static func argument(_ index: UInt32, is value: UInt64) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
    }

    private static func argument(_ index: UInt32, hasNone mask: Int32) -> scmp_arg_cmp {
        scmp_arg_cmp(arg: index, op: SCMP_CMP_MASKED_EQ, datum_a: UInt64(mask), datum_b: 0)
    }

    /// The calls that every jailed role needs, to wait, to exchange messages, for memory, and to exit.
    ///
    /// - Parameter channels: the descriptors on which the role may send and receive.
    private static func commonCalls(_ channels: [Descriptor]) -> [Call] {
        let waiting = [
            Call(name: "poll", reason: "waits for what comes next"),
            Call(name: "ppoll", reason: "the same, on machines without poll"),
            Call(name: "ppoll_time64", reason: "the same, on 32 bits"),
            Call(name: "clock_gettime", reason: "the time, where the vDSO does not give it"),
            Call(name: "clock_gettime64", reason: "the same, on 32 bits"),
            Call(name: "restart_syscall", reason: "poll goes on after the process was stopped"),
        ]
        let speaking = channels.map { argument(0, is: UInt64($0.number)) }.flatMap { overChannel in
            [
                Call(name: "recvfrom", reason: "takes messages", conditions: [overChannel]),
                Call(name: "sendto", reason: "sends messages", conditions: [overChannel, argument(4, is: 0)]),
            ]
        }
        let working = [
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
        ]
        return waiting + speaking + working
    }

    private static func listenerCalls() -> [Call] {
        let socketLevel = argument(1, is: UInt64(SOL_SOCKET))
        return [
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
        ]
    }

    private static func verifierCalls(_ clock: ClockWatch) -> [Call] {
        let onClock = argument(0, is: UInt64(clock.descriptor.number))
        return [
            Call(name: "read", reason: "learns that the clock was set", conditions: [onClock]),
            Call(name: "timerfd_settime", reason: "wakes for the next hints", conditions: [onClock]),
            Call(name: "timerfd_settime64", reason: "the same, on 32 bits", conditions: [onClock]),
        ]
    }

    /// Calls that no program makes by mistake: they kill the process before it can report anything.
    private static let deadly = [
        Call(name: "execve", reason: "another program"),
        Call(name: "execveat", reason: "another program"),
        Call(name: "ptrace", reason: "another process's mind"),
        Call(name: "process_vm_writev", reason: "another process's memory"),
        Call(name: "socket", reason: "a way out of its own"),
        Call(name: "socketpair", reason: "likewise"),
        Call(name: "bpf", reason: "programs in the kernel"),
    ]

    /// Jails the Listener, which must already hold all descriptors that it will ever need.
    ///
    /// - Parameters:
    ///   - channels: the descriptors on which it may send and receive.
    ///   - trap: the message that it sends over the first one when it makes a call that is not on the list.
    package static func enterListener(channels: [Descriptor], trap: TrapMessage) throws(SystemError) {
        try enter(commonCalls(channels) + listenerCalls(), channels, trap)
    }

    /// Jails the Verifier. Each libcrypto function that it uses must have been called before: the first use reads
    /// files.
    ///
    /// - Parameter clock: the only descriptor besides the channels that it may use.
    package static func enterVerifier(
        channels: [Descriptor], clock: ClockWatch, trap: TrapMessage
    ) throws(SystemError) {
        try enter(commonCalls(channels) + verifierCalls(clock), channels, trap)
    }

    /// The name of a system call on this machine; its number if it has no name.
    package static func name(ofCall number: UInt32) -> String {
        let name = unsafe seccomp_syscall_resolve_num_arch(UInt32(SCMP_ARCH_NATIVE), Int32(bitPattern: number))
        guard let name = unsafe name else { return "number \(number)" }
        defer { unsafe free(name) }
        return unsafe String(cString: name)
    }

    private static func enter(
        _ calls: [Call], _ channels: [Descriptor], _ trap: TrapMessage
    ) throws(SystemError) {
        guard let filter = unsafe seccomp_init(UInt32(SCMP_ACT_TRAP)) else {
            throw SystemError("seccomp_init", code: ENOMEM)
        }
        defer { unsafe seccomp_release(filter) }
        try trap.prepare(over: channels)
        for call in calls { try unsafe add(call, UInt32(SCMP_ACT_ALLOW), to: filter) }
        for call in deadly { try unsafe add(call, UInt32(SCMP_ACT_KILL_PROCESS), to: filter) }
        try check(unsafe seccomp_load(filter), "seccomp")
    }

    @unsafe
    private static func add(
        _ call: Call, _ action: UInt32, to filter: scmp_filter_ctx
    ) throws(SystemError) {
        let number = unsafe seccomp_syscall_resolve_name(call.name)
        // Negative: this architecture has no such call.
        if number < 0 { return }
        let count = UInt32(call.conditions.count)
        try check(unsafe seccomp_rule_add_array(filter, action, number, count, call.conditions), call.name)
    }

    /// libseccomp returns negative errno values.
    private static func check(_ result: Int32, _ subject: String) throws(SystemError) {
        if result < 0 { throw SystemError("seccomp", subject, code: -result) }
    }
}
