package import Linux

/// What runs commands: the kernel, or a recorder in tests.
package protocol CommandStarter {
    /// Runs a command line; returns its process id, which is its group's too.
    ///
    /// - Parameter environment: variables that it gets beside those of this process, each `NAME=VALUE`.
    mutating func start(_ command: String, environment: [String]) throws(SystemError) -> Int32
    /// Ends a group, kindly or at once; a group that has gone is no matter.
    mutating func end(group: Int32, atOnce: Bool)
    /// Whether any process of a group is left.
    func isAlive(group: Int32) -> Bool
}

/// The kernel.
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
