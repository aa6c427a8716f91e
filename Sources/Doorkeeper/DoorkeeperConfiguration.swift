import Base
import Configuration
import DoorControl
import Doors
import Events
import Ledger
import Linux

/// How the Doorkeeper reads its configuration anew: all of it is read and checked first, and applied then, each component once.
extension Doorkeeper {
    /// A file that was read anew.
    private struct Reading {
        /// Nil if it cannot be used.
        let configuration: Configuration?
        let digest: String
        /// What is wrong with it.
        var faults: [String]
    }

    /// Reads the configuration anew: all of it is applied, or nothing.
    func reload() {
        guard leaving == nil else { return }
        service.manager.tellReloading()
        defer { service.manager.tellReady(status) }
        journal.tell(.daemon(.rereading(file: settings.configurationFile)))
        let reading = readAnew()
        guard let configuration = reading.configuration, reading.faults.isEmpty else {
            return refuseReload(reading.faults)
        }
        let reload = configurationKeeper.reload(configuration, interfaces: interfaces.wanted)
        configurationKeeper.adopt(reload)
        noteReading(reading.digest)
        apply(reload, Clock.sinceBoot())
    }

    /// Reads the file, and checks what the next start would refuse.
    private func readAnew() -> Reading {
        var faults: [String] = []
        var digest = ""
        let read = Capabilities.use {
            ConfigurationLoading.load(
                configurationKeeper.file, mayWait: false, isToBeRun: true, withWarnings: false,
                tell: { faults.append($0) }, note: { digest = $0 })
        }
        var reading = Reading(configuration: read, digest: digest, faults: faults)
        guard let new = read else { return reading }
        // The interfaces are those of the start, whatever this configuration names.
        if let complaint = Self.complaint(about: interfaces.wanted, new) { reading.faults.append(complaint) }
        // They are fixed at the start, and the next one would refuse them.
        if let complaint = Capabilities.use({ Self.complaint(aboutUsersOf: new) }) { reading.faults.append(complaint) }
        // The next start would run no command of a ledger that others can change: the one in use, or another one from then on.
        let stateFile = configurationKeeper.newStateFile(in: new) ?? ledger.file
        if let fault = Capabilities.use({ StatePlaces.fault(of: stateFile) }) {
            reading.faults.append(StatePlaces.text(of: fault))
        }
        return reading
    }

    private static func complaint(aboutUsersOf configuration: Configuration) -> String? {
        do throws(RoleUsers.Complaint) {
            _ = try RoleUsers(named: configuration.options.users)
            return nil
        } catch {
            return error.description
        }
    }

    private func refuseReload(_ faults: [String]) {
        // The log may have been moved away all the same. It is told too: in the background nobody sees standard error.
        openLog(nil)
        for fault in faults { journal.tell(.daemon(.configurationFault(fault))) }
        journal.tell(.daemon(.reloadRefused(file: settings.configurationFile)))
    }

    /// Applies what was read to each component, once. No claim is admitted before the doors are as it says: what the Listener
    /// has sent is taken last.
    private func apply(_ reload: ConfigurationKeeper.Reload, _ now: Milliseconds) {
        // The journal.
        openLog(configuration.options.logFile)
        for event in reload.kept { journal.tell(event) }
        tellOfConfiguration()
        journal.forget(.filter)
        // The keys, and with them the Verifier. The doors go by whose server's keys these are.
        applySignedKnocks(now)
        perform(
            doors.apply(
                doorRules, rates: (configuration.options.sourceRate, configuration.options.totalRate),
                sequenceCount: configuration.sequenceCount, now: moment()))
        tellListenerOfDoors(now)
    }

    /// What the doors' openings go by.
    var doorRules: DoorController.Rules {
        DoorController.Rules(
            doors: configuration.doors, keepsGoneDoors: configuration.options.reloadKeeps,
            foreignKeys: keys.foreign)
    }
}
