import Configuration
import Doors
import Events
import Knocks
import Linux

/// What the Doorkeeper does when the configuration changes.
extension Doorkeeper {
    /// Reads the configuration anew: all of it is taken up, or nothing.
    func reload() {
        guard leaving == nil else { return }
        service.tellReloading()
        defer { service.tellReady(status) }
        journal.tell(.rereading(file: settings.configurationFile))
        guard let configuration = ConfigurationLoading.load(configurationFile, withWarnings: false) else {
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
}
