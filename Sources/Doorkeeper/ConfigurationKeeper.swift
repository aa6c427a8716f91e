import Configuration
import Doors
import Events
import Knocks
import Linux

/// The daemon's settings: its command line, its configuration, and what it knows of one-time files.
struct ConfigurationKeeper {
    /// A reloaded configuration, ready to be applied.
    struct Reload: Equatable {
        /// The new configuration, with the options that are fixed at the start as they were.
        let configuration: Configuration
        /// Events about changed options that take effect at the next start only.
        let kept: [Event]
    }

    let settings: Settings
    /// The absolute path, since a relative one would mean another file after a change of directory.
    let file: String
    private(set) var configuration: Configuration
    /// The record of the last reading, for `knockd --check`.
    var reading: ConfigurationReading?
    var oneTimeFiles = OneTimeFiles()

    init(_ settings: Settings, _ configuration: Configuration) {
        self.settings = settings
        self.configuration = configuration
        file = Files.absolutePath(settings.configurationFile)
    }

    /// Returns the path of the ledger that a reloaded configuration newly names; nil if the next start uses the same
    /// one.
    func newStateFile(in new: Configuration) -> String? {
        let named = new.options.stateFile
        let isKept = settings.stateFile != nil || named == configuration.options.stateFile
        return isKept ? nil : named.map(Files.absolutePath)
    }

    /// Returns a reloaded configuration with the options that are fixed at the start kept. It changes nothing.
    ///
    /// - Parameter interfaces: interfaces on which the daemon listens.
    func reload(_ new: Configuration, interfaces: [String]) -> Reload {
        let former = configuration.options
        var (result, kept) = (new, [Event]())
        if settings.interfaces.isEmpty, new.options.interfaces != former.interfaces {
            result.options.interfaces = former.interfaces
            kept.append(.interface(.kept(named: interfaces.joined(separator: ", "))))
        }
        if new.options.users != former.users || new.options.isSandboxed != former.isSandboxed {
            (result.options.users, result.options.isSandboxed) = (former.users, former.isSandboxed)
            kept.append(.daemon(.jailKept))
        }
        if new.options.stateFile != former.stateFile {
            result.options.stateFile = former.stateFile
            kept.append(.daemon(.optionKept("StateFile")))
        }
        if settings.isDaemon, new.options.pidFile != former.pidFile {
            result.options.pidFile = former.pidFile
            kept.append(.daemon(.optionKept("PidFile")))
        }
        return Reload(configuration: result, kept: kept)
    }

    /// Makes a reloaded configuration the current one.
    mutating func adopt(_ reload: Reload) { configuration = reload.configuration }

    /// Replaces the sequences of a door with a one-time file.
    mutating func replaceSequences(of door: Door, _ upcoming: [KnockSequence]) {
        for index in configuration.doors.indices where configuration.doors[index].identity == door.identity {
            configuration.doors[index] = door.taking(upcoming)
        }
    }
}
