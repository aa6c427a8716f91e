import Base
package import Linux

/// The mark beside the keys: it names the ledger that has seen all of their knocks (docs/PROTOCOL.md, "Replay state").
///
/// It is the ledger's random number, in a file of its own. Write it only after the ledger has recorded the floors.
package enum LedgerMark {
    /// The result of comparing the mark with a ledger.
    package enum Finding: Equatable, Sendable {
        case matches
        /// There is none: no ledger has been used with these keys.
        case absent
        /// Another ledger has been used with these keys, or the file is not a mark.
        case differs
        case unreadable(PrivacyFault)
    }

    private static let name = ".ledger"

    /// Compares the mark in a directory of keys with a ledger's number.
    package static func check(directory: String, id: String) -> Finding {
        do {
            let content = try PrivateDirectory(directory).read(name, limit: LedgerLimits.markBytes)
            return content == text(id) ? .matches : .differs
        } catch {
            if case .system(let reason) = error {
                if reason.isMissingFile { return .absent }
                if reason.isTooLarge { return .differs }
            }
            return .unreadable(error)
        }
    }

    /// Writes the mark, or replaces it atomically. When this returns, it is on the disk.
    package static func write(directory: String, id: String) throws(PrivacyFault) {
        let place = try PrivateDirectory(directory)
        do {
            try place.lock(waiting: LedgerLimits.markWait)
            try place.replace(name, with: text(id))
        } catch {
            throw .system(error)
        }
    }

    private static func text(_ id: String) -> [UInt8] { Array("\(id)\n".utf8) }
}
