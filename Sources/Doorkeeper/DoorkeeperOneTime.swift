import Configuration
import DoorControl
import Doors
import Events
import Knocks
import Linux

/// The Doorkeeper's part for files of one-time sequences.
extension Doorkeeper {
    /// Durably marks a one-time sequence, and those before it, as used, and applies the next ones.
    ///
    /// If it throws, nothing may be run: the sequence could open the door once more.
    func spend(_ sequence: KnockSequence, of door: Door, from file: String) throws(OneTimeFile.Failure) {
        do {
            let rest = try Capabilities.use { () throws(OneTimeFile.Failure) in
                try OneTimeFile.spend(sequence, from: file, window: door.oneTimeWindow)
            }
            apply(rest.upcoming(door.oneTimeWindow), at: door)
        } catch {
            // The file's current sequences are valid, even if another program changed it.
            let upcoming = Capabilities.use { try? OneTimeFile.read(file) }?.upcoming(door.oneTimeWindow)
            if let upcoming, upcoming != door.upcoming { apply(upcoming, at: door) }
            throw error
        }
    }

    /// Applies changes that other programs, such as another daemon, made to one-time files. A file that cannot be read
    /// changes nothing until it changes again.
    func lookAtOneTimeFiles() {
        guard leaving == nil else { return }
        // A door without sequences waits for a reload.
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
