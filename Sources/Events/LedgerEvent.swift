import Base

/// Events of the ledger.
package enum LedgerEvent: Equatable, Sendable {
    case failed(file: String, reason: String, fallback: String)
    case back(file: String)
    case lost(reason: String)
    /// Openings are kept in memory only.
    case inMemory(reason: String)
    case damaged(file: String, movedTo: String)
    /// Another daemon uses the configuration's own ledger and, in the background, its pid file.
    case ofItsOwn(file: String, other: String, process: String?, interfaces: [String])
    /// Openings of another daemon that no longer runs.
    case takenOver(file: String, openings: Int)
    case notTakenOver(file: String, reason: String)

    var facts: EventFacts {
        switch self {
        case .failed(let file, let reason, let fallback):
            EventFacts("the ledger \(file) cannot be written (\(reason)), going on in \(fallback)", .error)
        case .back(let file): EventFacts("the ledger is back in \(file)")
        case .lost(let reason):
            EventFacts(
                "no ledger can be written (\(reason)): doors that need closing are not opened until one can", .error)
        case .inMemory(let reason):
            EventFacts(
                "no ledger can be written (\(reason)): openings are kept in memory only, so a killed daemon leaves them "
                    + "open, and signed knocks are refused; set StateFile to a file that the daemon can write",
                .error)
        case .damaged(let file, let movedTo):
            EventFacts("the ledger \(file) is damaged, it was moved to \(movedTo)", .error)
        case .ofItsOwn(let file, let other, let process, let interfaces):
            EventFacts(
                "\(process.map { "process \($0)" } ?? "another process") at \(interfaces.joined(separator: ",")) has the "
                    + "ledger \(other), this daemon's is \(file)")
        case .takenOver(let file, let openings):
            EventFacts(
                "took over \(Counted.text(openings, "opening")) from the ledger \(file) of a daemon that no longer runs"
            )
        case .notTakenOver(let file, let reason):
            EventFacts(
                "the ledger \(file) of a daemon that no longer runs cannot be read (\(reason)): its openings stay open",
                .error)
        }
    }
}
