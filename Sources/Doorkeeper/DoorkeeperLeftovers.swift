import Base
import DoorControl
import Doors
import Ledger
import Linux

/// The Doorkeeper's part for openings that an earlier run left.
extension Doorkeeper {
    /// Longest time from a fork until the child has executed its command.
    private static let beginning: Milliseconds = 250

    /// Takes over openings that an earlier run left.
    func closeLeftovers(_ openings: [Opening]) {
        perform(doors.restore(openings, commands: commandsWithoutRecord(of: openings), now: moment()))
    }

    /// Finds the processes of commands that a daemon started but, since it was killed, did not record. Their
    /// environment variables identify them.
    private func commandsWithoutRecord(of openings: [Opening]) -> [OpeningKey: ProcessIdentity] {
        var found: [OpeningKey: ProcessIdentity] = [:]
        for isFirst in [true, false] {
            let missing = openings.filter { $0.isUnderWay && $0.process == nil && found[$0.key] == nil }
            if missing.isEmpty { break }
            // A process that was forked just before the daemon's end gets its variables in a moment.
            if !isFirst { Clock.pause(Self.beginning) }
            let commands = Capabilities.use { LeadingProcess.all() }
            for opening in missing {
                for id in [ledger.id] + ledger.formerIDs where found[opening.key] == nil {
                    let variables = environment(opening.values, ledgerID: id)
                    found[opening.key] = commands.first { $0.has(variables) }?.identity
                }
            }
        }
        return found
    }
}
