package import Linux

/// What must survive the daemon's death: every opening and its stop command, and what was spent of signed knocks, on disk
/// before anything acts on it.
///
/// It lies in `StateFile`. When that cannot be written it goes on in a file in /run/knockd, and moves back when it can:
/// a full disk must not keep the owner out. The file that was written last counts; both are read at start.
///
/// A daemon comes by it in three steps, of which each gives the next: `LockedLedger` keeps other daemons out, `LoadedLedger`
/// is what was found, and `FailoverLedger` records. Programs beside the daemon read it with the functions here.
package enum Ledger {
    /// Why the daemon cannot start.
    package enum LedgerError: Error, Equatable {
        /// Another daemon has this ledger.
        ///
        /// - interfaces: where one daemon would listen in the place of both; empty where that is where the other one does,
        ///   or it does not say.
        case inUse(file: String, process: String?, interfaces: [String] = [])
        /// Others could change what is run as root.
        case untrusted(PathFault)
    }

    /// The daemon that has the configuration's own name for the ledger, so that this one has another.
    package struct Elder: Equatable {
        package let file: String
        package let process: String?
        package let interfaces: [String]
    }

    /// What has become of the ledger, worth a line in the log.
    package enum Change: Equatable {
        /// It goes on in the other file.
        case movedToFallback(file: String, reason: String, fallback: String)
        case movedBack(file: String)
        /// Neither file can be written.
        case lost(reason: String)
        /// Neither file could ever be written, and the openings are known to this process alone.
        case inMemory(reason: String)
        /// A file was no database, or a broken one; it was renamed.
        case damaged(file: String, movedTo: String)
        /// The openings of a daemon that runs no more, in a ledger of its own, are this one's now.
        case tookOver(file: String, count: Int)
        /// What such a ledger holds is not known.
        case notTakenOver(file: String, reason: String)
    }

    /// Where the ledger lies when it cannot lie in StateFile.
    package static let fallbackDirectory = "/run/knockd"

    /// Who but root and the user of this process could change what stands in a ledger, or what lies in its place while
    /// that cannot be written; nil if nobody.
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
