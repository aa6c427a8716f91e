import Foundation
import Glibc

/// One run of the daemon in the server's namespace, with the scratch folder's /var/lib, /run and /var/log.
///
/// The process started becomes the daemon by exec, so its id is the daemon's.
final class Daemon {
    private let process: SpawnedProgram
    private let outputPath: String
    private let errorsPath: String

    /// - Parameters:
    ///   - preparing: shell text that runs in the daemon's mount namespace before it, for more mounts or a umask.
    ///   - program: the daemon under test, or another to compare it with.
    init(
        in server: NetworkNamespace, scratch: String, number: Int, arguments: [String], preparing: String,
        program: String = Host.knockd
    ) throws {
        outputPath = "\(scratch)/stdout.\(number)"
        errorsPath = "\(scratch)/stderr.\(number)"
        process = try SpawnedProgram(
            Daemon.words(
                in: server, scratch: scratch, arguments: arguments, preparing: preparing, program: program),
            output: outputPath, errors: errorsPath)
    }

    /// The words, for env(1), that start a daemon with the scratch folder's directories.
    static func words(
        in server: NetworkNamespace, scratch: String, arguments: [String], preparing: String,
        program: String = Host.knockd
    ) -> [String] {
        let mounts = [("varlib", "/var/lib"), ("run", "/run"), ("varlog", "/var/log")]
            .map { "mount --bind '\(scratch)/\($0.0)' \($0.1)" }
        let preparing = preparing.replacingOccurrences(of: "@DIR@", with: scratch)
        let script = (["mount --make-rprivate /"] + mounts + [preparing, "exec \"$@\""]).joined(separator: " && ")
        return ["-C", scratch] + server.inside(["sh", "-c", script, "sh", program] + arguments)
    }

    var this: RunningProcess { RunningProcess(process.pid) }
    var isRunning: Bool { process.isRunning }
    var output: String { Command.text(at: outputPath) }
    var errors: String { Command.text(at: errorsPath) }
    var log: String { "stdout of \(this.pid), \(condition):\n\(output)stderr:\n\(errors)" }

    private var condition: String {
        guard let exit else { return "which runs, as do its children \(this.children.map(\.description))" }
        return exit < 0 ? "which signal \(-exit) has ended" : "which has ended with status \(exit)"
    }

    /// The exit status, or the signal's number negated; nil while it runs.
    var exit: Int32? { process.exit }

    /// The roles of the daemon; the processes of commands are left out.
    var roles: [RunningProcess] { this.children.filter { $0.isRole } }

    /// The role that captures: the one named so, or else the first.
    var listener: RunningProcess? {
        roles.first { $0.commandLine.lowercased().contains("listener") } ?? roles.first
    }

    /// The role that verifies signed knocks, if a door accepts any.
    var verifier: RunningProcess? { roles.first { $0.commandLine.contains("--role=verifier") } }

    /// The role that looks up names, which starts with the first question.
    var resolver: RunningProcess? { roles.first { $0.commandLine.contains("--role=resolver") } }

    func signal(_ number: Int32) { this.signal(number) }

    /// Signals the daemon and its roles, as pkill would.
    func signalAll(_ number: Int32) {
        for one in roles + [this] { one.signal(number) }
    }

    /// Kills the daemon and its roles. Commands that still run end with the namespace.
    func end() {
        guard process.isRunning else { return }
        let roles = self.roles
        process.end()
        for role in roles { role.signal(SIGKILL) }
    }
}
