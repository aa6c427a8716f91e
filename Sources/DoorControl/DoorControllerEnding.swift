import Base
package import Doors
import Events

/// Closes or leaves the doors when the daemon ends.
extension DoorController {
    /// Limits of the daemon's end.
    struct Ending {
        /// When the daemon ends in any case.
        let last: Milliseconds
        /// Whether openings are closed before their time.
        let closesAll: Bool

        /// When running start commands are ended: half of the time is left for their stop commands.
        var lastOfStarts: Milliseconds { last - DoorControlLimits.lastCall / 2 }

        func nextDeadline(_ now: Milliseconds) -> Milliseconds? { [lastOfStarts, last].first { now < $0 } }
    }

    /// Begins to end: no more claims are admitted, and openings are closed if `closesAll` says so.
    ///
    /// - Parameters:
    ///   - takenBack: openings whose start commands waited for their turn and are not run.
    ///   - commands: number of running start commands without a stop command.
    package mutating func leave(
        closingAll closesAll: Bool, takenBack: [OpeningKey], commands: Int, now: Moment
    ) -> [DoorEffect] {
        guard ending == nil else { return [] }
        ending = Ending(last: now.sinceBoot + DoorControlLimits.lastCall, closesAll: closesAll)
        for key in takenBack { perform(openDoors.takenBack(key, now: now.sinceBoot), now: now) }
        perform(openDoors.retryAll(), now: now)
        closeDue(now)
        if commands > 0 { tell(.daemon(.waitingForCommands(commands))) }
        return takeEffects()
    }

    /// Whether to end running start commands now: the rest of the time is for their stop commands.
    package mutating func endsStarts(now: Moment) -> Bool {
        guard let ending, now.sinceBoot >= ending.lastOfStarts else { return false }
        leftovers.hastenAll(now: now.sinceBoot)
        return true
    }

    /// Whether nothing is left to wait for.
    ///
    /// - Parameter commands: number of running start commands without a stop command.
    package func isOver(whileRunning commands: Int, now: Moment) -> Bool {
        guard let ending else { return false }
        if now.sinceBoot >= ending.last { return true }
        guard commands == 0, !records.isWaiting else { return false }
        return ending.closesAll ? openDoors.isEmpty : openDoors.all.allSatisfy { $0.phase == .open }
    }
}
