package import Linux

/// Starts and ends processes: the kernel, or a recorder in tests.
package protocol CommandStarter {
    /// Runs a command line. Returns its process id, which is also the id of its process group.
    ///
    /// - Parameter environment: variables added to those of this process, each `NAME=VALUE`.
    mutating func start(_ command: String, environment: [String]) throws(SystemError) -> Int32
    /// Sends SIGTERM to a process group, or SIGKILL if `atOnce`; ignores a group that is gone.
    mutating func end(group: Int32, atOnce: Bool)
    /// Whether any process of a group is alive.
    func isAlive(group: Int32) -> Bool
}

/// Runs commands with the system's shell.
package struct ShellStarter: CommandStarter {
    package init() {}

    package func start(_ command: String, environment: [String]) throws(SystemError) -> Int32 {
        try ChildProcess.runShell(command, environment: environment)
    }

    package func end(group: Int32, atOnce: Bool) {
        ChildProcess.end(group: group, atOnce: atOnce)
    }

    package func isAlive(group: Int32) -> Bool {
        ChildProcess.isAlive(group: group)
    }
}
