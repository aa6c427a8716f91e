package import Base
package import Doors
import Events

/// What an earlier run has left: openings to be closed, and commands that still run.
extension DoorController {
    /// Restores the openings of an earlier run. Those that are overdue are closed now, the others at their time.
    ///
    /// - Parameter commands: the processes of commands that were begun and not recorded, where they were found.
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

    /// Ends commands that an earlier run of the daemon began at their limits.
    mutating func advanceLeftovers(_ now: Moment) {
        for step in leftovers.advance(to: now.sinceBoot, grace: DoorControlLimits.endGrace, isAlive: isAlive) {
            switch step {
            // Nobody knows how it has ended.
            case .ended(let key): perform(openDoors.orphanEnded(key), now: now)
            case .end(let process, let key, let atOnce, let seconds):
                if let seconds { tell(.command(.overLimit(seconds: seconds, door: key.door.displayName))) }
                effects.append(.endGroup(process, atOnce: atOnce))
            }
        }
    }
}
