import Configuration
import DoorControl
import Doors
import Events
import Knocks
import Linux

/// The Doorkeeper's dealings with the files that one-time sequences come from.
extension Doorkeeper {
    /// Uses up the one-time sequence that has opened a door and those before it, durably, and applies the next ones.
    /// Nothing is to be run if it throws: the sequence could open the door once more.
    func spend(_ sequence: KnockSequence, of door: Door, from file: String) throws(OneTimeFile.Failure) {
        do {
            let rest = try Capabilities.use { () throws(OneTimeFile.Failure) in
                try OneTimeFile.spend(sequence, from: file, window: door.oneTimeWindow)
            }
            apply(rest.upcoming(door.oneTimeWindow), at: door)
        } catch {
            // What the file holds now counts, whoever has changed it.
            let upcoming = Capabilities.use { try? OneTimeFile.read(file) }?.upcoming(door.oneTimeWindow)
            if let upcoming, upcoming != door.upcoming { apply(upcoming, at: door) }
            throw error
        }
    }

    /// Applies what others have made of the one-time files, such as another daemon that has used lines up. A file that
    /// cannot be used now changes nothing, and is read again when it changes.
    func lookAtOneTimeFiles() {
        guard leaving == nil else { return }
        // A door whose lines were used up waits for a reload.
        for door in configuration.doors where door.sequence != nil {
            guard let file = door.oneTimeFile, let mark = Capabilities.use({ FileMark(of: file) }),
                configurationKeeper.oneTimeFiles.hasChanged(file, mark),
                let read = Capabilities.use({ try? OneTimeFile.read(file) })
            else { continue }
            let upcoming = read.upcoming(door.oneTimeWindow)
            if upcoming != door.upcoming { apply(upcoming, at: door) }
        }
    }

    private func apply(_ upcoming: [KnockSequence], at door: Door) {
        configurationKeeper.replaceSequences(of: door, upcoming)
        doors.replaceDoors(doorRules)
        if upcoming.isEmpty { journal.tell(.daemon(.oneTimeUsedUp(door: door.identity.displayName))) }
        listener.send(newControls())
    }
}
