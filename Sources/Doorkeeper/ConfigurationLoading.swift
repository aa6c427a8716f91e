import Base
package import Configuration
import Linux

/// Reads the configuration file and reports its errors.
package enum ConfigurationLoading {
    /// Reads a configuration file and the files that it includes; nil if they cannot be used.
    ///
    /// - Parameters:
    ///   - directory: base of relative names of one-time files: the directory in which the daemon was started. A daemon
    ///     in the background has left it.
    ///   - mayWait: whether to wait for a file that is a pipe. A daemon that has doors to close must not wait.
    ///   - isToBeRun: whether the commands of the file are to be run. It is then an error if other users can change the
    ///     file.
    ///   - withWarnings: whether to report warnings too. Without them, the caller logs what a running daemon must
    ///     report: see `Configuration.exhaustedDoors`.
    ///   - tell: takes each diagnostic as one line; standard error by default.
    ///   - note: takes the digest of the files, if they can be used.
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

    /// Runs `knockd --check`, and returns its exit status: 1 if there is an error. It changes nothing.
    ///
    /// - Parameter settings: the command line.
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
        // The unit runs this check before a reload, with MAINPID set: the warning would be noise then.
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
