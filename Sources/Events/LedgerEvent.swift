/// What must survive, and where it is kept.
package enum LedgerEvent: Equatable, Sendable {
    case failed(file: String, reason: String, fallback: String)
    case back(file: String)
    case lost(reason: String)
    /// Openings are remembered by the process alone.
    case inMemory(reason: String)
    case damaged(file: String, movedTo: String)
    /// Another daemon has the configuration's own ledger and, in the background, pid file.
    case ofItsOwn(file: String, other: String, process: String?, interfaces: [String])
    /// What another daemon had open, which runs no more.
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
                "no ledger can be written (\(reason)): what is open is known to this process alone, so that a killed daemon "
                    + "leaves it open, and signed knocks are refused; name a file that it can write with StateFile",
                .error)
        case .damaged(let file, let movedTo):
            EventFacts("the ledger \(file) is damaged, it was moved to \(movedTo)", .error)
        case .ofItsOwn(let file, let other, let process, let interfaces):
            EventFacts(
                "\(process.map { "process \($0)" } ?? "another process") at \(interfaces.joined(separator: ",")) has the "
                    + "ledger \(other), this daemon's is \(file)")
        case .takenOver(let file, let openings):
            EventFacts("took over \(openings) openings from the ledger \(file), whose daemon does not run any more")
        case .notTakenOver(let file, let reason):
            EventFacts(
                "the ledger \(file) of a daemon that does not run any more cannot be read (\(reason)): what that has left "
                    + "open stays open", .error)
        }
    }
}
