import Configuration
import Doors
import Events
import Keys
import Knocks
import Ledger
import Linux
import Messages

/// The daemon's start: the Doorkeeper reads its configuration, checks its privilege, and takes its locks before it
/// listens.
extension Doorkeeper {
    /// Runs the daemon until it is asked to end, and returns its exit status.
    package static func run(_ settings: Settings) -> Int32 {
        var digest = ""
        let read = ConfigurationLoading.load(
            settings.configurationFile, isToBeRun: true, withWarnings: false, note: { digest = $0 })
        guard let configuration = read else { return 1 }
        if let complaint = complaint(about: settings.interfaces, configuration) {
            Output.printError("knockd: \(complaint)")
            return 1
        }
        if let complaint = OwnPrivilege.current.complaint {
            Output.printError("knockd: \(complaint)")
            return 1
        }
        let users: RoleUsers
        do throws(RoleUsers.Complaint) {
            users = try RoleUsers(named: configuration.options.users)
        } catch {
            Output.printError("knockd: \(error.description)")
            return 1
        }
        do {
            // The starting process waits until the daemon listens, so that it can report all errors before that.
            let detachment = settings.isDaemon ? try Detachment.begin() : nil
            let places: StatePlaces
            do throws(StatePlaces.Complaint) {
                places = try StatePlaces(settings, configuration)
            } catch {
                Output.printError("knockd: \(error.description)")
                return 1
            }
            let keeper = try Doorkeeper(
                settings: settings, configuration: configuration, users: users, ledger: places.ledger.load())
            keeper.service.detachment = detachment
            keeper.noteReading(digest)
            return keeper.start(places.pidFile)
        } catch {
            Output.printError("knockd: \(error)")
        }
        return 1
    }

    /// Returns why the daemon cannot listen on these interfaces; nil if it can. Names in a configuration are checked
    /// when it is read.
    static func complaint(about names: [String], _ configuration: Configuration) -> String? {
        if let name = names.first(where: { !NetworkInterface.canBeNamed($0) }) {
            return "no interface can be named '\(name)'; start with -i and a name, such as eth0"
        }
        guard names.contains(NetworkInterface.any) else { return nil }
        if Set(names).count > 1 { return "-i any is every interface; leave the others out" }
        guard let door = configuration.doors.first(where: { $0.sequence?.vlan != nil }) else { return nil }
        return "interface any does not show VLANs, and door '\(door.identity.displayName)' has one; "
            + "start the daemon with the interface's name instead"
    }

    private func start(_ pidFile: StatePlaces.PidFileOutcome?) -> Int32 {
        ThisProcess.setName(RoleName.doorkeeper)
        // Lock memory only now: a fork in the background is done, and would not inherit the lock.
        let isLocked = SecretMemory.lock()
        openLog(configuration.options.logFile ?? settings.logFile)
        switch pidFile {
        case .made(let file): service.pidFile = file
        case .failed(let file, let reason): journal.tell(.daemon(.noPidFile(file: file, reason: reason)))
        case nil: break
        }
        if let elder = ledger.elder {
            journal.tell(
                .ledger(
                    .ofItsOwn(
                        file: ledger.file, other: elder.file, process: elder.process, interfaces: elder.interfaces)))
        }
        if !ThisProcess.hasProc { journal.tell(.daemon(.procMissing)) }
        if !isLocked, configuration.takesSignedKnocks { journal.tell(.key(.notLocked)) }
        if let shortfall = OwnPrivilege.current.shortfall { journal.tell(.daemon(.privilegeMissing(shortfall))) }
        tellOfConfiguration()
        defer { Capabilities.use { configurationKeeper.reading?.remove() } }
        // The ledger is closed after this, and its files may be in another user's directory.
        defer { Capabilities.raise() }
        return loop()
    }

    /// Opens or reopens the log; nil keeps the former file.
    func openLog(_ file: String?) {
        Capabilities.use {
            journal.open(logFile: file.map(Files.absolutePath), syslog: configuration.options.useSyslog)
        }
    }

    /// Records for `knockd --check` that this configuration was just read.
    func noteReading(_ digest: String) {
        Capabilities.use {
            configurationKeeper.reading = ConfigurationReading(file: configurationKeeper.file, digest: digest)
            configurationKeeper.reading?.write()
        }
    }

    /// Logs the doors that cannot be opened, and with -D how each door was read.
    func tellOfConfiguration() {
        for door in configuration.exhaustedDoors {
            journal.tell(.daemon(.oneTimeUsedUp(door: door.identity.displayName)))
        }
        for (door, directory, error) in Capabilities.use({ configuration.unmarkableDoors }) {
            let words = OneTimeFile.unmarkable(directory: directory, reason: error.reason)
            journal.tell(.daemon(.oneTimeUnmarkable(door: door.identity.displayName, words: words)))
        }
        for door in configuration.doors {
            let knocks = door.sequence?.sequence.knocks.map(\.description).joined(separator: ",") ?? "none"
            let timeout = Int((door.sequence?.timeout ?? 0) / 1000)
            journal.tellDetail(
                .detail(.doorConfigured(name: door.identity.displayName, sequence: knocks, timeout: timeout)))
        }
    }

    /// Reports to the service manager or the starting process that the start is complete.
    func becomeReady() {
        guard service.becomesReady() else { return }
        service.manager.tellReady(status)
        service.detachment?.finish()
        service.detachment = nil
    }

    /// Status text for the service manager.
    var status: String {
        let waited = interfaces.wanted.filter { name in !interfaces.up.contains { $0.name == name } }
        let listening = interfaces.up.map(\.name).joined(separator: ", ")
        let parts = [
            listening.isEmpty ? nil : "listening on \(listening)",
            waited.isEmpty ? nil : "waiting for \(waited.joined(separator: ", "))",
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
