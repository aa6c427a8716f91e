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
    ///   - preparing: shell text run in the daemon's mount namespace before it, for more mounts or a umask.
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

    /// The command line that becomes a daemon at home in the scratch folder, for env(1).
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

    /// How it ended: its status, or the signal's number negated. Nil while it runs.
    var exit: Int32? { process.exit }

    /// The daemon's own processes other than itself; commands are no roles.
    var roles: [RunningProcess] { this.children.filter { $0.isRole } }

    /// The child that captures: the one that was told so, or the only one.
    var listener: RunningProcess? {
        roles.first { $0.commandLine.lowercased().contains("listener") } ?? roles.first
    }

    /// The child that judges signed knocks, where a door takes any.
    var verifier: RunningProcess? { roles.first { $0.commandLine.contains("--role=verifier") } }

    /// The child that looks up names, started with the first question.
    var resolver: RunningProcess? { roles.first { $0.commandLine.contains("--role=resolver") } }

    func signal(_ number: Int32) { this.signal(number) }

    /// The daemon and its roles, as pkill would find them.
    func signalAll(_ number: Int32) {
        for one in roles + [this] { one.signal(number) }
    }

    /// Ends it and its roles; commands that still run go with the namespace.
    func end() {
        guard process.isRunning else { return }
        let roles = self.roles
        process.end()
        for role in roles { role.signal(SIGKILL) }
    }
}
