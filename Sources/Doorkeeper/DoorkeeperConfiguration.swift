import Base
import Configuration
import DoorControl
import Doors
import Events
import Knocks
import Ledger
import Linux

/// What the Doorkeeper does when the configuration changes: read anew, or by a one-time sequence that is used up.
extension Doorkeeper {
    /// Reads the configuration anew: all of it is applied, or nothing.
    func reload() {
        guard leaving == nil else { return }
        service.tellReloading()
        defer { service.tellReady(status) }
        journal.tell(.daemon(.rereading(file: settings.configurationFile)))
        var faults: [String] = []
        var digest = ""
        let read = Capabilities.use {
            ConfigurationLoading.load(
                configurationFile, mayWait: false, isToBeRun: true, withWarnings: false, tell: { faults.append($0) },
                note: { digest = $0 })
        }
        // The interfaces are those of the start, whatever this configuration names.
        if let read, let complaint = Self.complaint(about: interfaces.wanted, read) { faults.append(complaint) }
        // They are fixed at the start, and the next one would refuse them.
        if let read, let complaint = Capabilities.use({ Self.complaint(aboutUsersOf: read) }) {
            faults.append(complaint)
        }
        if let read, let complaint = Capabilities.use({ self.complaint(aboutLedgerOf: read) }) {
            faults.append(complaint)
        }
        guard let configuration = read, faults.isEmpty else {
            // The log may have been moved away all the same. It is told too: in the background nobody sees standard error.
            openLog(nil)
            for fault in faults { journal.tell(.daemon(.configurationFault(fault))) }
            return journal.tell(.daemon(.reloadRefused(file: settings.configurationFile)))
        }
        let former = self.configuration.options
        self.configuration = configuration
        noteReading(digest)
        applyRates(instead: former)
        openLog(configuration.options.logFile)
        keepWhatIsFixed(as: former)
        tellOfConfiguration()
        isFilterTold = false
        configurationChanged(Clock.sinceBoot())
        perform(doors.apply(doorRules, now: moment()))
    }

    /// Whoever is over a limit does not get a full allowance with every reload.
    private func applyRates(instead former: Configuration.Options) {
        let new = configuration.options
        if new.sourceRate != former.sourceRate || new.totalRate != former.totalRate {
            doors.setRates(source: new.sourceRate, total: new.totalRate)
        }
        doors.setSequenceCount(configuration.sequenceCount)
    }

    /// Some options count at the start alone, and that is told.
    private func keepWhatIsFixed(as former: Configuration.Options) {
        let new = configuration.options
        if settings.interfaces.isEmpty, new.interfaces != former.interfaces {
            configuration.options.interfaces = former.interfaces
            journal.tell(.interface(.kept(named: interfaces.wanted.joined(separator: ", "))))
        }
        if new.users != former.users || new.isSandboxed != former.isSandboxed {
            (configuration.options.users, configuration.options.isSandboxed) = (former.users, former.isSandboxed)
            journal.tell(.daemon(.jailKept))
        }
        if new.stateFile != former.stateFile {
            configuration.options.stateFile = former.stateFile
            journal.tell(.daemon(.optionKept("StateFile")))
        }
        if settings.isDaemon, new.pidFile != former.pidFile {
            configuration.options.pidFile = former.pidFile
            journal.tell(.daemon(.optionKept("PidFile")))
        }
    }

    /// The next start would run no command of a ledger that others can change: the one in use, or another one from then on.
    private func complaint(aboutLedgerOf configuration: Configuration) -> String? {
        let new = configuration.options.stateFile
        let isKept = settings.stateFile != nil || new == self.configuration.options.stateFile
        let named = isKept ? nil : new.map(Files.absolutePath)
        return StatePlaces.fault(of: named ?? ledger.file).map(StatePlaces.text)
    }

    private static func complaint(aboutUsersOf configuration: Configuration) -> String? {
        do throws(RoleUsers.Complaint) {
            _ = try RoleUsers(named: configuration.options.users)
            return nil
        } catch {
            return error.description
        }
    }

    /// Tells the roles. A Listener that has begun without signed knocks cannot capture them any more.
    private func configurationChanged(_ now: Milliseconds) {
        applySignedKnocks(now)
        if configuration.takesSignedKnocks, !signed.isListenerAble, listener.startAt == nil {
            startListener(now)
        } else {
            listener.send(newControls())
        }
    }

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
                oneTimeMarks.updateValue(mark, forKey: file) != mark,
                let read = Capabilities.use({ try? OneTimeFile.read(file) })
            else { continue }
            let upcoming = read.upcoming(door.oneTimeWindow)
            if upcoming != door.upcoming { apply(upcoming, at: door) }
        }
    }

    private func apply(_ upcoming: [KnockSequence], at door: Door) {
        for index in configuration.doors.indices where configuration.doors[index].identity == door.identity {
            configuration.doors[index] = door.taking(upcoming)
        }
        doors.replaceDoors(doorRules)
        if upcoming.isEmpty { journal.tell(.daemon(.oneTimeUsedUp(door: door.identity.displayName))) }
        listener.send(newControls())
    }

    /// What the doors' openings go by.
    var doorRules: DoorController.Rules {
        DoorController.Rules(
            doors: configuration.doors, keepsGoneDoors: configuration.options.reloadKeeps,
            foreignKeys: keys.foreign)
    }
}
