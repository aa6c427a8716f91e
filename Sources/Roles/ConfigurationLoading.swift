package import Configuration
import Linux

/// Reading the configuration file, and saying what is wrong with it.
package enum ConfigurationLoading {
    /// Reads a file and those that it includes. What is wrong with them goes to standard error; nil if they cannot be
    /// used.
    ///
    /// - Parameters:
    ///   - directory: what a relative name of a one-time file is relative to: the directory in which the daemon was
    ///     started, which one that runs in the background has left.
    ///   - mayWait: whether the file may be a pipe that is waited for; never once there are doors to close.
    ///   - withWarnings: whether standard error is also told what can be used all the same. Without it, what a running
    ///     daemon must say is left to the caller: see `Configuration.exhaustedDoors`.
    package static func load(
        _ path: String, directory: String = Files.absolutePath("."), mayWait: Bool = true, withWarnings: Bool
    ) -> Configuration? {
        guard let outcome = read(path, directory: directory, mayWait: mayWait) else { return nil }
        for diagnostic in outcome.diagnostics where withWarnings || diagnostic.severity == .error {
            Output.printError(diagnostic.description)
        }
        return outcome.configuration
    }

    /// Checks a file and says so: the exit status of `knockd --check`, 1 if there is an error. Nothing else is touched.
    package static func check(_ path: String) -> Int32 {
        guard let outcome = read(path, directory: Files.absolutePath("."), mayWait: true) else { return 1 }
        for diagnostic in ConfigurationReview.diagnostics(of: outcome, searchPath: Program.searchPath) {
            Output.printError(diagnostic.description)
        }
        guard let configuration = outcome.configuration else { return 1 }
        Output.print("\(path): good, \(configuration.doors.count) doors")
        return 0
    }

    private static func read(_ path: String, directory: String, mayWait: Bool) -> ConfigurationOutcome? {
        do {
            let content = try mayWait ? Files.readWaiting(path) : Files.read(path)
            return ConfigurationReader.read(content, file: path, directory: directory)
        } catch {
            let advice = error.isMissingFile ? "; name the configuration file with -c FILE" : ""
            Output.printError("\(path): \(error.reason)\(advice)")
            return nil
        }
    }
}
