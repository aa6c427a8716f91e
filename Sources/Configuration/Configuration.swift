package import Base
package import Doors
import Hints
package import Keys
package import Linux

/// A configuration file, read and found good.
package struct Configuration: Equatable, Sendable {
    /// What becomes of open doors when the daemon is asked to end.
    package enum OnExit: Equatable, Sendable {
        /// Their stop commands are run.
        case close
        /// They stay open; the next start closes them in time.
        case keep
    }

    /// Section [options]. More than twelve fields: each is one directive of the operator, who knows them as one flat list.
    package struct Options: Equatable, Sendable {
        package var useSyslog = false
        package var logFile: String?
        package var pidFile: String?
        /// In the order of the file, each once; empty where it does not say. `any` stands alone.
        package var interfaces: [String] = []
        package var stateFile: String?
        package var onExit = OnExit.close
        /// Where the keys lie whose signed knocks count.
        package var keyDirectory = "/etc/knockd/keys"
        /// What this host is called in signed knocks; nil is what its keys say.
        package var serverName: KeyName?
        /// The UDP port of signed knocks.
        package var signedPort: UInt16 = SignedKnockLayout.defaultPort
        /// How far the time in a signed knock may be from this host's, to both sides.
        package var timeWindow: Milliseconds = 30_000
        /// How many proofs from one source count, and how many in all. A person does not reach them.
        package var sourceRate = ConfigurationLimits.sourceRate
        package var totalRate = ConfigurationLimits.totalRate
        /// As whom the Listener and the Verifier run: two users, or none named.
        package var users: [String] = []
        /// Whether system calls and files are taken away from the roles.
        package var isSandboxed = true
        /// What holds for doors that do not say.
        package var strictSequence = false
        /// Whether openings stay that this configuration does not grant, where a door does not say otherwise.
        package var reloadKeeps = false
    }

    package var options = Options()
    /// In the order of the file.
    package var doors: [Door] = []
    /// The keys that doors name, in the order of the file.
    var namedKeys: [NamedKey] = []

    /// Whether any door takes signed knocks.
    package var takesSignedKnocks: Bool { doors.contains { $0.signed != nil } }

    /// How many doors a classic knock opens, or would if its one-time sequences were not used up.
    package var sequenceCount: Int { doors.count { $0.sequence != nil || $0.oneTimeFile != nil } }

    /// The doors whose one-time sequences are used up: the classic knock opens them no more.
    package var exhaustedDoors: [Door] {
        doors.filter { $0.oneTimeFile != nil && $0.sequence == nil }
    }

    /// The doors that cannot open, since no line of their one-time file can be marked as used: which directory cannot be
    /// written into, and why. It asks the file system.
    package var unmarkableDoors: [(door: Door, directory: String, error: SystemError)] {
        doors.compactMap { door in
            guard door.sequence != nil, let file = door.oneTimeFile, let obstacle = ReplaceableFile.obstacle(file)
            else { return nil }
            return (door, obstacle.directory, obstacle.error)
        }
    }

    /// Where the configuration lies unless told otherwise.
    package static let defaultFile = "/etc/knockd.conf"

    /// Where the ledger lies when the file does not say: one a configuration file.
    package static func defaultStateFile(for absolutePath: String) -> String {
        if absolutePath == defaultFile { return "/var/lib/knockd/state.db" }
        return "/var/lib/knockd/state-\(Files.digest(ofPath: absolutePath)).db"
    }
}
