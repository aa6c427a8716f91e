import Configuration
import Doors
import Events
import Knocks
import Linux

/// What the Doorkeeper does when the configuration changes: read anew, or by a one-time sequence that is used up.
extension Doorkeeper {
    /// Reads the configuration anew: all of it is taken up, or nothing.
    func reload() {
        guard leaving == nil else { return }
        service.tellReloading()
        defer { service.tellReady(status) }
        journal.tell(.rereading(file: settings.configurationFile))
        guard let configuration = readAnew() else {
            // The log may have been moved away all the same.
            openLog(nil)
            return journal.tell(.reloadRefused(file: settings.configurationFile))
        }
        let former = self.configuration.options.interfaces
        self.configuration = configuration
        openLog(configuration.options.logFile)
        if settings.interfaces.isEmpty, configuration.options.interfaces != former {
            self.configuration.options.interfaces = former
            journal.tell(.interfaceKept(named: interfaces.wanted.joined(separator: ", ")))
        }
        tellOfConfiguration()
        isFilterTold = false
        listener.send(newOrders())
    }

    /// The configuration, if it can be used with the interfaces, which are those of the start.
    private func readAnew() -> Configuration? {
        guard let configuration = ConfigurationLoading.load(configurationFile, mayWait: false, withWarnings: false)
        else { return nil }
        guard let complaint = Self.complaint(about: interfaces.wanted, configuration) else { return configuration }
        Output.printError("knockd: \(complaint)")
        return nil
    }

    /// Uses up the one-time sequence that has opened a door, durably, and takes up the next one. Nothing is to be run if it
    /// throws: the sequence could open the door once more.
    func spend(_ sequence: KnockSequence, of door: Door, from file: String) throws(OneTimeFile.Failure) {
        do {
            let rest = try OneTimeFile.spend(sequence, from: file)
            takeUp(rest.next, at: door)
        } catch {
            // What the file holds now counts, whoever has changed it.
            if let rest = try? OneTimeFile.read(file), rest.next != sequence { takeUp(rest.next, at: door) }
            throw error
        }
    }

    private func takeUp(_ next: KnockSequence?, at door: Door) {
        for index in configuration.doors.indices where configuration.doors[index].identity == door.identity {
            configuration.doors[index] = door.taking(next)
        }
        if next == nil { journal.tell(.oneTimeUsedUp(door: door.identity.displayName)) }
        listener.send(newOrders())
    }
}
