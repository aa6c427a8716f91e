import CLinux
import Glibc

/// A child process of the tests. Foundation's Process is no use here: it considers a program running as long as any of
/// its descendants runs.
final class SpawnedProgram {
    let pid: Int32
    private var status: Int32?

    /// - Parameters:
    ///   - words: the program, searched in the PATH, and its arguments.
    ///   - output: a file that is created or emptied; `errors` is the same for standard error.
    init(_ words: [String], input: String = "/dev/null", output: String = "/dev/null", errors: String = "/dev/null")
        throws
    {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // Do not pass on descriptors that other scenarios have open at this moment.
        unsafe linux_close_from(&actions, 3)

        var arguments = unsafe Self.copies(["/usr/bin/env"] + words)
        var environment = unsafe Self.copies(["PATH=\(Host.path)", "LC_ALL=C"])
        defer { unsafe Self.free(arguments + environment) }
        var pid: Int32 = 0
        let failure = unsafe posix_spawn(&pid, "/usr/bin/env", &actions, nil, &arguments, &environment)
        guard failure == 0 else { throw HarnessError("cannot start \(words): error \(failure)") }
        self.pid = pid
    }

    var isRunning: Bool { exit == nil }

    /// The exit status, or the signal's number negated; nil while it runs.
    var exit: Int32? {
        reap(WNOHANG)
        return status.map { $0 & 0x7f == 0 ? ($0 >> 8) & 0xff : -($0 & 0x7f) }
    }

    /// Waits until it ends. Use only for programs that end by themselves.
    func wait() -> Int32 {
        reap(0)
        return exit ?? 0
    }

    /// Kills it if it still runs, and waits for it.
    func end() {
        guard isRunning else { return }
        kill(pid, SIGKILL)
        _ = wait()
    }

    /// The words in the form that exec needs: pointers, the last one nil.
    private static func copies(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var list: [UnsafeMutablePointer<CChar>?] = unsafe []
        for word in words { unsafe list.append(strdup(word)) }
        unsafe list.append(nil)
        return unsafe list
    }

    private static func free(_ copies: [UnsafeMutablePointer<CChar>?]) {
        for index in unsafe copies.indices { unsafe Glibc.free(copies[index]) }
    }

    private func reap(_ options: Int32) {
        guard status == nil else { return }
        var status: Int32 = 0
        while true {
            let ended = unsafe waitpid(pid, &status, options)
            if ended == pid { self.status = status }
            if ended >= 0 || errno != EINTR { return }
        }
    }
}
