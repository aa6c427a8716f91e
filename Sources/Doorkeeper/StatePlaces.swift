import Configuration
import Ledger
import Linux

/// The files that one daemon locks while it runs: its ledger and, in the background, a pid file.
///
/// Their names come from the configuration. If another daemon with the same configuration at other interfaces uses
/// them, this daemon adds its interfaces to the names.
struct StatePlaces: ~Copyable {
    /// Why the daemon cannot start: what is wrong, and what to do.
    struct Complaint: Error, CustomStringConvertible {
        let description: String
    }

    enum PidFileOutcome {
        case made(PidFile)
        /// The daemon runs without a pid file, as knockd does, but can then be stopped only by its process id.
        case failed(file: String, reason: String)
    }

    private static let defaultPidFile = "/var/run/knockd.pid"

    let ledger: LockedLedger
    /// Nil in the foreground.
    let pidFile: PidFileOutcome?

    /// Locks the files.
    init(_ settings: Settings, _ configuration: Configuration) throws(Complaint) {
        let interfaces = Self.interfaces(settings, configuration)
        let named = settings.pidFile(in: configuration) ?? Self.defaultPidFile
        var attempt = settings.isDaemon ? PidFileAttempt(named) : nil
        let ledger: LockedLedger
        do throws(Ledger.LedgerError) {
            ledger = try Self.makeLedger(settings, configuration, interfaces)
        } catch {
            if case .held(let process, let path) = attempt, let complaint = Self.complaint(about: error, process, path)
            {
                throw complaint
            }
            if case .ended(.made(let file)) = attempt { file.remove() }
            throw Self.complaint(about: error)
        }
        if case .held = attempt { attempt = PidFileAttempt(Self.adding(interfaces, to: named)) }
        let pidFile: PidFileOutcome?
        switch attempt {
        case nil: pidFile = nil
        case .ended(let outcome): pidFile = outcome
        case .held(let process, let path): throw Self.complaint(about: path, process)
        }
        self.ledger = ledger
        self.pidFile = pidFile
    }

    private enum PidFileAttempt {
        case ended(PidFileOutcome)
        case held(by: String?, path: String)

        init(_ path: String) {
            do {
                self = .ended(.made(try PidFile(path)))
            } catch {
                guard error.code == PidFile.isHeld else {
                    self = .ended(.failed(file: path, reason: error.reason))
                    return
                }
                self = .held(by: LockFile.holder(path), path: path)
            }
        }
    }

    private static func named(_ process: String?) -> String { process.map { "process \($0)" } ?? "another process" }

    private static func complaint(about pidFile: String, _ process: String?) -> Complaint {
        Complaint(
            description: "\(named(process)) has the pid file \(pidFile); stop that daemon, or name another file with "
                + "-p FILE")
    }

    private static func adding(_ interfaces: [String], to path: String) -> String {
        let list = "@" + interfaces.sorted().joined(separator: ",")
        return path.hasSuffix(".pid") ? path.dropLast(4) + list + ".pid" : path + list
    }

    /// The interfaces on which a daemon begins to listen. Without named ones it begins where the default route leads.
    static func interfaces(_ settings: Settings, _ configuration: Configuration) -> [String] {
        let named = settings.interfaces.isEmpty ? configuration.options.interfaces : settings.interfaces
        var seen: Set<String> = []
        let routes = named.isEmpty ? DefaultRoute.interfaces() : named
        let names = routes.isEmpty ? [CaptureInterfaces.lastResort] : routes
        return names.filter { seen.insert($0).inserted }
    }

    // MARK: The ledger

    private static func makeLedger(
        _ settings: Settings, _ configuration: Configuration, _ interfaces: [String]
    ) throws(Ledger.LedgerError) -> LockedLedger {
        let file = settings.stateFile(in: configuration)
        if let fault = fault(of: file) { throw .untrusted(fault) }
        let boot = ThisProcess.bootID()
        let isNamed = !(settings.interfaces.isEmpty && configuration.options.interfaces.isEmpty)
        return try LockedLedger(
            stateFile: Files.resolvedPath(file), interfaces: interfaces, mayStepAside: settings.stateFile == nil,
            bootID: boot.isEmpty ? ThisProcess.unknownBootID() : boot,
            mayStayInMemory: settings.stateFile == nil && configuration.options.stateFile == nil,
            mayLeaveOut: !isNamed)
    }

    private static func complaint(about error: Ledger.LedgerError) -> Complaint {
        switch error {
        case .inUse(let file, let process, let interfaces):
            return Complaint(
                description:
                    "\(named(process)) uses the ledger \(file); stop that daemon, or set StateFile in [options], "
                    + "or --statefile, to another file\(advice(interfaces))")
        case .untrusted(let fault):
            return Complaint(description: Self.text(of: fault))
        }
    }

    /// The complaint about one daemon that has both the ledger and the pid file; nil if two daemons have them, or if
    /// the ledger is free.
    private static func complaint(
        about error: Ledger.LedgerError, _ process: String?, _ pidFile: String
    ) -> Complaint? {
        guard case .inUse(let file, let other, let interfaces) = error, other == process else { return nil }
        return Complaint(
            description: "\(named(process)) has the pid file \(pidFile) and the ledger \(file); stop that daemon, or "
                + "name other files with -p and --statefile\(advice(interfaces))")
    }

    private static func advice(_ interfaces: [String]) -> String {
        interfaces.isEmpty ? "" : "; one daemon can have both: -i \(interfaces.joined(separator: ","))"
    }

    /// Finds a fault that lets other users change a ledger, on its path as named and on the path that its links lead
    /// to.
    static func fault(of stateFile: String) -> PathFault? {
        Ledger.fault(stateFile: stateFile) ?? Ledger.fault(stateFile: Files.resolvedPath(stateFile))
    }

    /// The error about a ledger that other users can change.
    static func text(of fault: PathFault) -> String { "\(fault); commands in the ledger are run as root" }
}

extension Settings {
    /// The absolute path of the ledger.
    func stateFile(in configuration: Configuration) -> String {
        let file =
            stateFile ?? configuration.options.stateFile
            ?? Configuration.defaultStateFile(for: Files.absolutePath(configurationFile))
        return Files.absolutePath(file)
    }

    fileprivate func pidFile(in configuration: Configuration) -> String? { configuration.options.pidFile ?? pidFile }
}
