package import Base
package import Doors
import Events

/// Takes over openings and running commands of an earlier run.
extension DoorController {
    /// Restores openings of an earlier run. Overdue ones are closed now, the others in time.
    ///
    /// - Parameter commands: processes of commands that were started and not recorded, as far as they were found.
    package mutating func restore(
        _ openings: [Opening], commands: [OpeningKey: ProcessIdentity], now: Moment
    ) -> [DoorEffect] {
        for var opening in openings {
            opening.process = opening.process ?? commands[opening.key]
            let key = opening.key
            opening.endHolds { !rules.grants($0, of: key) }
            if opening.deadline <= now.sinceBoot {
                tell(.opening(.leftByEarlierRun(door: key.door.displayName, source: key.address)))
            }
            if let process = opening.process, isAlive(process) {
                openDoors.restoreClosing(opening)
                leftovers.add(opening, process)
            } else {
                openDoors.restore(opening)
            }
        }
        return takeEffects()
    }

    /// Ends commands of an earlier run when they reach their limits.
    mutating func advanceLeftovers(_ now: Moment) {
        for step in leftovers.advance(to: now.sinceBoot, grace: DoorControlLimits.endGrace, isAlive: isAlive) {
            switch step {
            // How it ended is unknown.
            case .ended(let key): perform(openDoors.orphanEnded(key), now: now)
            case .end(let process, let key, let atOnce, let seconds):
                if let seconds { tell(.command(.overLimit(seconds: seconds, door: key.door.displayName))) }
                effects.append(.endGroup(process, atOnce: atOnce))
            }
        }
    }
}
