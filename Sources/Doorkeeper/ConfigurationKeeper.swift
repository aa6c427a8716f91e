import Configuration
import Doors
import Events
import Knocks
import Linux

/// What the daemon goes by: its command line, its configuration, and the files that one-time sequences come from.
struct ConfigurationKeeper {
    /// A configuration that was read anew, as it is to be applied.
    struct Reload: Equatable {
        /// With the options that are fixed at the start as they were then.
        let configuration: Configuration
        /// What is told of options that the file has changed in vain.
        let kept: [Event]
    }

    let settings: Settings
    /// The absolute path, since a relative one would mean another file after a change of directory.
    let file: String
    private(set) var configuration: Configuration
    /// What was written down of reading it.
    var reading: ConfigurationReading?
    var oneTimeFiles = OneTimeFiles()

    init(_ settings: Settings, _ configuration: Configuration) {
        self.settings = settings
        self.configuration = configuration
        file = Files.absolutePath(settings.configurationFile)
    }

    /// Whether the next start would use another ledger than this one, by a configuration that was read anew: its path then.
    func newStateFile(in new: Configuration) -> String? {
        let named = new.options.stateFile
        let isKept = settings.stateFile != nil || named == configuration.options.stateFile
        return isKept ? nil : named.map(Files.absolutePath)
    }

    /// What a configuration that was read anew comes to: some options count at the start alone. Nothing is changed yet.
    ///
    /// - Parameter interfaces: those that the daemon listens on.
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

    /// From now on this counts.
    mutating func adopt(_ reload: Reload) { configuration = reload.configuration }

    /// A door's one-time file has these sequences now.
    mutating func replaceSequences(of door: Door, _ upcoming: [KnockSequence]) {
        for index in configuration.doors.indices where configuration.doors[index].identity == door.identity {
            configuration.doors[index] = door.taking(upcoming)
        }
    }
}
