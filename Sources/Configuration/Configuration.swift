package import Doors

/// A configuration file, read and found good.
package struct Configuration: Equatable, Sendable {
    /// What becomes of open doors when the daemon is asked to end.
    package enum OnExit: Equatable, Sendable {
        /// Their stop commands are run.
        case close
        /// They stay open; the next start closes them in time.
        case keep
    }

    /// Section [options].
    package struct Options: Equatable, Sendable {
        package var useSyslog = false
        package var logFile: String?
        package var pidFile: String?
        package var interface: String?
        package var stateFile: String?
        package var onExit = OnExit.close
    }

    package var options = Options()
    /// In the order of the file.
    package var doors: [Door] = []

    /// Where the configuration lies unless told otherwise.
    package static let defaultFile = "/etc/knockd.conf"

    /// Where the ledger lies when the file does not say: one a configuration file.
    package static func defaultStateFile(for absolutePath: String) -> String {
        if absolutePath == defaultFile { return "/var/lib/knockd/state.db" }
        // FNV-1a: the name need only differ, it keeps no secret.
        let hash = absolutePath.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return "/var/lib/knockd/state-" + String(repeating: "0", count: 16 - digits.count) + digits + ".db"
    }
}
