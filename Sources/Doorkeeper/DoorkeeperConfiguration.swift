import Base
import Configuration
import DoorControl
import Doors
import Events
import Ledger
import Linux

/// Reload of the configuration: the Doorkeeper reads and checks all of it first, then applies it to one component after
/// the other. Changed keys end their holds before the doors take their new rules.
extension Doorkeeper {
    /// Result of reading the file again.
    private struct Reading {
        /// Nil if the file cannot be used.
        let configuration: Configuration?
        let digest: String
        /// Errors, one line each.
        var faults: [String]
    }

    /// Reloads the configuration: all of it is applied, or nothing.
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

    /// Reads the file, and adds the errors for which the next start would refuse it.
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
        // The daemon stays on the interfaces of its start, so the new configuration must suit those.
        if let complaint = Self.complaint(about: interfaces.wanted, new) { reading.faults.append(complaint) }
        // Users are fixed at the start, but the next start would refuse wrong ones.
        if let complaint = Capabilities.use({ Self.complaint(aboutUsersOf: new) }) { reading.faults.append(complaint) }
        // The next start would refuse a ledger that other users can change: the current one, or the one newly named.
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
        // Reopen the log anyway: logrotate may have moved it. Errors go to the log because in the background standard
        // error is not read.
        openLog(nil)
        for fault in faults { journal.tell(.daemon(.configurationFault(fault))) }
        journal.tell(.daemon(.reloadRefused(file: settings.configurationFile)))
    }

    /// Applies a reload, component by component. The Listener's pending reports are taken last, so that no claim is
    /// admitted by the former doors.
    private func apply(_ reload: ConfigurationKeeper.Reload, _ now: Milliseconds) {
        openLog(configuration.options.logFile)
        for event in reload.kept { journal.tell(event) }
        tellOfConfiguration()
        journal.forget(.filter)
        // Keys come before doors: the doors' rules need to know which keys are another server's.
        applySignedKnocks(now)
        perform(
            doors.apply(
                doorRules, rates: (configuration.options.sourceRate, configuration.options.totalRate),
                sequenceCount: configuration.sequenceCount, now: moment()))
        tellListenerOfDoors(now)
    }

    /// Rules for openings, from the current configuration and keys.
    var doorRules: DoorController.Rules {
        DoorController.Rules(
            doors: configuration.doors, keepsGoneDoors: configuration.options.reloadKeeps,
            foreignKeys: keys.foreign)
    }
}
