package import Base
package import Doors
import Hints
package import Keys
package import Linux

/// A valid configuration, as read from its files.
package struct Configuration: Equatable, Sendable {
    /// The treatment of open doors when the daemon stops.
    package enum OnExit: Equatable, Sendable {
        /// Run their stop commands.
        case close
        /// Leave them open; the next start closes each when its time is over.
        case keep
    }

    /// Section [options]. More than twelve fields: each is one directive of the operator, who knows them as one flat list.
    package struct Options: Equatable, Sendable {
        package var useSyslog = false
        package var logFile: String?
        package var pidFile: String?
        /// In the order of the file, without duplicates; empty if the file names none. `any` is always alone.
        package var interfaces: [String] = []
        package var stateFile: String?
        package var onExit = OnExit.close
        /// The directory of the keys that may sign knocks.
        package var keyDirectory = "/etc/knockd/keys"
        /// The name of this host in signed knocks; nil means the server name in its keys.
        package var serverName: KeyName?
        /// The UDP port of signed knocks.
        package var signedPort: UInt16 = SignedKnockLayout.defaultPort
        /// The greatest difference, in either direction, between the time in a signed knock and this host's clock.
        package var timeWindow: Milliseconds = 30_000
        /// Limits on signed knocks with a valid proof, from one source and in all. A person does not reach them.
        package var sourceRate = ConfigurationLimits.sourceRate
        package var totalRate = ConfigurationLimits.totalRate
        /// The users of the Listener and the Verifier, in this order; empty if the file names none.
        package var users: [String] = []
        /// Whether the roles give up system calls and files that they do not need.
        package var isSandboxed = true
        /// The default for doors without `strict_sequence`.
        package var strictSequence = false
        /// Whether a reload keeps openings that the new configuration does not grant; the default for doors.
        package var reloadKeeps = false
    }

    package var options = Options()
    /// In the order of the file.
    package var doors: [Door] = []
    /// The keys that doors name, in the order of the file.
    var namedKeys: [NamedKey] = []

    /// Whether any door takes signed knocks.
    package var takesSignedKnocks: Bool { doors.contains { $0.signed != nil } }

    /// The number of doors with a knock sequence or a one-time file, even if the file is used up.
    package var sequenceCount: Int { doors.count { $0.admits(.sequence) } }

    /// The doors whose one-time sequences are used up, so that no classic knock opens them.
    package var exhaustedDoors: [Door] {
        doors.filter { $0.oneTimeFile != nil && $0.sequence == nil }
    }

    /// The doors that cannot open because no line of their one-time file can be marked as used. Each comes with the
    /// directory that is not writable, and the error. Queries the file system.
    package var unmarkableDoors: [(door: Door, directory: String, error: SystemError)] {
        doors.compactMap { door in
            guard door.sequence != nil, let file = door.oneTimeFile, let obstacle = ReplaceableFile.obstacle(file)
            else { return nil }
            return (door, obstacle.directory, obstacle.error)
        }
    }

    /// The configuration file that the programs read by default.
    package static let defaultFile = "/etc/knockd.conf"

    /// The default path of the ledger, which differs for each configuration file.
    package static func defaultStateFile(for absolutePath: String) -> String {
        if absolutePath == defaultFile { return "/var/lib/knockd/state.db" }
        return "/var/lib/knockd/state-\(Files.digest(ofPath: absolutePath)).db"
    }
}
