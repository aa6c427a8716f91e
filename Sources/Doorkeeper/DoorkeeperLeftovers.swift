import Base
import DoorControl
import Doors
import Ledger
import Linux

/// What an earlier run of the daemon has left, as the Doorkeeper finds it.
extension Doorkeeper {
    /// From the start of a process to its being the command.
    private static let beginning: Milliseconds = 250

    /// Takes up what an earlier run left open.
    func closeLeftovers(_ openings: [Opening]) {
        perform(doors.restore(openings, commands: commandsWithoutRecord(of: openings), now: moment()))
    }

    /// The processes of commands that a daemon has begun and, since it was killed, not recorded: found by the variables
    /// that they were given.
    private func commandsWithoutRecord(of openings: [Opening]) -> [OpeningKey: ProcessIdentity] {
        var found: [OpeningKey: ProcessIdentity] = [:]
        for isFirst in [true, false] {
            let missing = openings.filter { $0.isUnderWay && $0.process == nil && found[$0.key] == nil }
            if missing.isEmpty { break }
            // One that began just before the daemon's end has its variables in a moment.
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
