import Base
package import Doors
import Events

/// How the doors are left when the daemon ends.
extension DoorController {
    /// From the order to end on.
    struct Ending {
        /// Not waited for any longer.
        let last: Milliseconds
        /// Whether openings are closed before their time.
        let closesAll: Bool

        /// Start commands that still run get half of the time, so that there is some for their stop commands.
        var lastOfStarts: Milliseconds { last - DoorControlLimits.lastCall / 2 }

        func nextDeadline(_ now: Milliseconds) -> Milliseconds? { [lastOfStarts, last].first { now < $0 } }
    }

    /// Begins to end: no claim is admitted any more, and openings are closed if `closesAll` says so.
    ///
    /// - Parameters:
    ///   - takenBack: the openings whose start commands waited for a place, and are not run.
    ///   - commands: how many start commands still run that no stop command follows.
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

    /// Whether start commands that still run are to be ended now: the last of the time is for their stop commands.
    package mutating func endsStarts(now: Moment) -> Bool {
        guard let ending, now.sinceBoot >= ending.lastOfStarts else { return false }
        leftovers.hastenAll(now: now.sinceBoot)
        return true
    }

    /// Whether there is nothing left to wait for.
    ///
    /// - Parameter commands: how many start commands still run that no stop command follows.
    package func isOver(whileRunning commands: Int, now: Moment) -> Bool {
        guard let ending else { return false }
        if now.sinceBoot >= ending.last { return true }
        guard commands == 0, !records.isWaiting else { return false }
        return ending.closesAll ? openDoors.isEmpty : openDoors.all.allSatisfy { $0.phase == .open }
    }
}
