package import Base
import CLinux
import Glibc

/// Starts other programs, and reports how they ended.
package enum ChildProcess {
    /// How a program ended.
    package enum Ending: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)

        /// Whether the program reported success.
        package var isSuccess: Bool { self == .exited(0) }
    }

    /// Runs a command line with `/bin/sh -c`, in a process group of its own.
    ///
    /// It inherits this process's environment, directory, umask, standard output and error, and the signal mask that
    /// the daemon was started with. Its standard input is /dev/null, and no other descriptor is open.
    ///
    /// - Parameter environment: variables, each `NAME=VALUE`, that replace this process's own of the same name.
    /// - Returns: the process id, which is also the id of its process group.
    package static func runShell(_ command: String, environment: [String] = []) throws(SystemError) -> Int32 {
        try spawn("/bin/sh", ["sh", "-c", command], environment: environment, channels: [])
    }

    /// Runs this program again, even if its file was replaced, with these channels as its descriptors 3, 4, 5 and so
    /// on.
    ///
    /// It keeps this process's group and signal mask. Its standard input, output and error are /dev/null.
    package static func runSelf(_ arguments: [String], channels: [Descriptor]) throws(SystemError) -> Int32 {
        let path = "/proc/self/exe"
        if ThisProcess.hasProc { return try runRole(path, arguments, channels: channels) }
        // Without /proc the file must still be the one that was started: a role of another version would not understand
        // our messages.
        let file = unsafe linux_program_path().map { unsafe String(cString: $0) } ?? ""
        guard linux_program_is_unchanged() else { throw .replacedProgram(file) }
        return try runRole(file, arguments, channels: channels)
    }

    /// Runs another program in the same way.
    static func runRole(
        _ path: String, _ arguments: [String], channels: [Descriptor]
    ) throws(SystemError) -> Int32 {
        // Copies with higher numbers: a channel whose number is another's new one would be overwritten.
        let firstFree = Int32(3 + channels.count)
        var copies: [Descriptor] = []
        for channel in channels {
            let number = try system("fcntl") { linux_duplicate(channel.number, firstFree) }
            copies.append(Descriptor(owning: number))
        }
        return try spawn(path, arguments, channels: copies)
    }

    /// Starts a role of this program if there are channels, otherwise a foreign program. If memory runs out, the kernel
    /// kills either before this process.
    private static func spawn(
        _ path: String, _ arguments: [String], environment: [String] = [], channels: [Descriptor]
    ) throws(SystemError) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if !channels.isEmpty {
            unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
            unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }
        for (index, channel) in channels.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, channel.number, Int32(3 + index))
        }
        unsafe linux_close_from(&actions, Int32(3 + channels.count))

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        if channels.isEmpty { unsafe setForeign(&attributes) }

        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        let added: [UnsafeMutablePointer<CChar>?] = unsafe environment.map { unsafe strdup($0) }
        defer { unsafe added.forEach { unsafe free($0) } }
        var variables = unsafe added + inherited(without: environment) + [nil]
        var process: pid_t = 0
        let code = Capabilities.use {
            unsafe posix_spawn(&process, path, &actions, &attributes, &words, &variables)
        }
        if code == ENOENT, Files.exists(path) { throw SystemError("open", "/dev/null", code: code) }
        if code != 0 { throw SystemError("posix_spawn", path, code: code) }
        Capabilities.use { OutOfMemory.prefer(process) }
        return process
    }

    /// This process's variables, without those that are given anew.
    @unsafe
    private static func inherited(without given: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var variables: [UnsafeMutablePointer<CChar>?] = unsafe []
        let heads = given.map { $0.prefix { $0 != "=" } + "=" }
        var next = unsafe Glibc.environ
        while let variable = unsafe next.pointee {
            let isGiven = heads.contains { unsafe strncmp(variable, String($0), $0.utf8.count) == 0 }
            if !isGiven { unsafe variables.append(variable) }
            unsafe next += 1
        }
        return unsafe variables
    }

    /// Sets a process group of its own, and signals as the daemon found them.
    @unsafe
    private static func setForeign(_ attributes: UnsafeMutablePointer<posix_spawnattr_t>) {
        var mask = unsafe Signals.inherited
        unsafe posix_spawnattr_setsigmask(attributes, &mask)
        var defaults = sigset_t()
        unsafe sigemptyset(&defaults)
        unsafe sigaddset(&defaults, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(attributes, &defaults)
        unsafe posix_spawnattr_setflags(
            attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    }

    /// The next child that has ended; nil if there is none.
    package static func reap() -> (process: Int32, ending: Ending)? {
        var status: Int32 = 0
        let process = unsafe waitpid(-1, &status, WNOHANG)
        guard process > 0 else { return nil }
        if linux_exited(status) { return (process, .exited(linux_exit_status(status))) }
        return (process, .killed(signal: linux_termination_signal(status)))
    }

    /// Waits until these children have ended, for at most `patience` in all, and reaps them.
    package static func wait(for processes: [Int32], atMost patience: Milliseconds) {
        let end = Clock.sinceBoot() + patience
        for process in processes {
            var status: Int32 = 0
            while unsafe waitpid(process, &status, WNOHANG) == 0, Clock.sinceBoot() < end { Clock.pause(2) }
        }
    }

    /// Sends SIGTERM to a process group, or SIGKILL if `atOnce`.
    package static func end(group: Int32, atOnce: Bool) {
        _ = Capabilities.use { kill(-group, atOnce ? SIGKILL : SIGTERM) }
    }

    /// Whether any process of a group is left, including a leader that was not reaped.
    package static func isAlive(group: Int32) -> Bool {
        // EPERM shows that it exists, even if this process may not signal it.
        Capabilities.use { kill(-group, 0) == 0 || linux_errno() == EPERM }
    }

    /// Kills a process of this or another user. Without CAP_KILL it kills the process as that user, if it can become
    /// that user.
    package static func end(process: Int32, of user: UInt32) {
        Capabilities.use {
            if kill(process, SIGKILL) != 0, linux_errno() == EPERM { _ = linux_kill_as(user, process, SIGKILL) }
        }
    }
}
