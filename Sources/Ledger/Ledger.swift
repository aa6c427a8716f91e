package import Linux

/// The state that must survive the daemon: every opening with its stop command, and all spent knocks, on disk before
/// anything acts on it.
///
/// It is stored in `StateFile`. If that cannot be written, it continues in a file in /run/knockd, and moves back later:
/// a full disk must not lock the owner out. The file that was written last is valid; both are read at the start.
///
/// A daemon opens it in three steps, each of which returns the next: `LockedLedger` keeps other daemons out,
/// `LoadedLedger` has the content that was found, and `FailoverLedger` records. Other programs read it with the
/// functions here.
package enum Ledger {
    /// Why the daemon cannot start.
    package enum LedgerError: Error, Equatable {
        /// Another daemon uses this ledger.
        ///
        /// - interfaces: where one daemon would listen in place of both; empty if that is where the other one listens,
        ///   or if its lock does not say.
        case inUse(file: String, process: String?, interfaces: [String] = [])
        /// Other users could change commands that are run as root.
        case untrusted(PathFault)
    }

    /// The daemon that uses the configured file, so that this one uses a file of another name.
    package struct Elder: Equatable {
        package let file: String
        package let process: String?
        package let interfaces: [String]
    }

    /// A change of the ledger that is logged.
    package enum Change: Equatable {
        /// It continues in the fallback file.
        case movedToFallback(file: String, reason: String, fallback: String)
        case movedBack(file: String)
        /// Neither file can be written.
        case lost(reason: String)
        /// Neither file could ever be written, so openings are recorded in this process only.
        case inMemory(reason: String)
        /// A file was not a database, or a damaged one; it was renamed.
        case damaged(file: String, movedTo: String)
        /// The openings of a daemon that no longer runs were taken over from its ledger.
        case tookOver(file: String, count: Int)
        /// Such a ledger cannot be read or changed.
        case notTakenOver(file: String, reason: String)
    }

    /// The directory of the ledger's file while StateFile cannot be written.
    package static let fallbackDirectory = "/run/knockd"

    /// The fault by which a user other than root or this process's own could change the ledger, or its fallback file;
    /// nil if there is none.
    package static func fault(
        stateFile: String, fallbackDirectory: String = Ledger.fallbackDirectory
    ) -> PathFault? {
        let first = LedgerFamily(stateFile: stateFile, fallbackDirectory: fallbackDirectory).first
        do throws(PathFault) {
            for path in [first.path, first.fallback] { try LedgerPlace(path).check() }
            return nil
        } catch {
            return error
        }
    }
}
