import Base
package import Configuration
import Linux

/// Reading the configuration file, and saying what is wrong with it.
package enum ConfigurationLoading {
    /// Reads a file and those that it includes; nil if they cannot be used.
    ///
    /// - Parameters:
    ///   - directory: what a relative name of a one-time file is relative to: the directory in which the daemon was
    ///     started, which one that runs in the background has left.
    ///   - mayWait: whether the file may be a pipe that is waited for; never once there are doors to close.
    ///   - isToBeRun: whether what it says is to be done: then it is an error that others can change it.
    ///   - withWarnings: whether what can be used all the same is told too. Without it, what a running
    ///     daemon must say is left to the caller: see `Configuration.exhaustedDoors`.
    ///   - tell: told what is wrong, a line each; standard error unless told otherwise.
    ///   - note: given the digest of the files that were read, if they can be used.
    package static func load(
        _ path: String, directory: String = Files.absolutePath("."), mayWait: Bool = true, isToBeRun: Bool = false,
        withWarnings: Bool, tell: (String) -> Void = { Output.printError($0) }, note: (String) -> Void = { _ in }
    ) -> Configuration? {
        guard let outcome = read(path, directory: directory, mayWait: mayWait, tell: tell) else { return nil }
        let doubts = isToBeRun ? ConfigurationTrust.diagnostics(of: outcome) : []
        for diagnostic in outcome.diagnostics + doubts where withWarnings || diagnostic.severity == .error {
            tell(diagnostic.description)
        }
        guard let configuration = outcome.configuration, !doubts.contains(where: { $0.severity == .error }) else {
            return nil
        }
        note(outcome.digest)
        return configuration
    }

    /// Checks a file and says so: the exit status of `knockd --check`, 1 if there is an error. Nothing else is touched.
    ///
    /// - Parameter settings: what else the command line says.
    package static func check(_ settings: Settings) -> Int32 {
        let path = settings.configurationFile
        let complain = { (line: String) in _ = Output.printError(line) }
        guard let outcome = read(path, directory: Files.absolutePath("."), mayWait: true, tell: complain)
        else { return 1 }
        let host = HostReview(interfaces: NetworkInterface.all())
        let diagnostics = ConfigurationReview.diagnostics(of: outcome, searchPath: Program.searchPath, host: host)
        for diagnostic in diagnostics { Output.printError(diagnostic.description) }
        guard let configuration = outcome.configuration, !diagnostics.contains(where: { $0.severity == .error })
        else { return 1 }
        if let complaint = Doorkeeper.complaint(about: settings.interfaces, configuration) {
            Output.printError("knockd: \(complaint)")
            return 1
        }
        for words in settings.interfaces.compactMap(host.absence) { Output.printError("-i: warning: \(words)") }
        if let fault = StatePlaces.fault(of: settings.stateFile(in: configuration)) {
            Output.printError(StatePlaces.text(of: fault))
            return 1
        }
        do throws(RoleUsers.Complaint) {
            let users = try RoleUsers(named: configuration.options.users)
            Output.print(
                "\(path): the listener runs as user \(users.listener.label), the verifier as user \(users.verifier.label)"
            )
        } catch {
            Output.printError("\(path): \(error.description)")
            return 1
        }
        if !configuration.options.isSandboxed {
            Output.printError(
                "\(path): warning: Sandbox = off lets the roles make any system call; use it only where they do not work otherwise"
            )
        }
        // systemd sets MAINPID where the unit has the check run before it reloads: then it goes without saying.
        if ThisProcess.variable("MAINPID") == nil {
            for reading in ConfigurationReading.outdated(of: path, digest: outcome.digest) {
                Output.printError(reading.warning(about: path))
            }
        }
        Output.print("\(path): OK: \(Counted.text(configuration.doors.count, "door"))")
        return 0
    }

    private static func read(
        _ path: String, directory: String, mayWait: Bool, tell: (String) -> Void
    ) -> ConfigurationOutcome? {
        do {
            let content = try mayWait ? Files.readWaiting(path) : Files.read(path)
            return ConfigurationReader.read(content, file: path, directory: directory)
        } catch {
            let advice =
                error.isMissingFile
                ? "; name the configuration file with -c FILE"
                : error.isDenied ? "; make it readable for user \(ThisProcess.user), which runs this program" : ""
            tell("\(path): \(error.reason)\(advice)")
            return nil
        }
    }
}
