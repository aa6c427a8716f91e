import Base
import Configuration
import DoorControl
import Doors
import Events
import Keys
import Ledger
import Linux

/// What the Doorkeeper does for keys: it hands facts to `KeyService`, and performs the effects.
extension Doorkeeper {
    /// Applies what signed knocks need, as the configuration has it now: at the start and after every reload.
    func applySignedKnocks(_ now: Milliseconds) {
        keys.apply(configuration, configuration.doors.compactMap(accessEntry))
        guard configuration.takesSignedKnocks else {
            verifier.disable()
            keyFiles.use(nil)
            return tellOfKeysInForce()
        }
        Capabilities.use { keyFiles.use(configuration.options.keyDirectory) }
        readKeys(now)
        if !verifier.isWanted { startVerifier(now) }
    }

    /// What the access rules say of a door; nil if it takes no signed knocks.
    func accessEntry(of door: Door) -> AccessPolicy.Entry? {
        AccessPolicy.Entry(door, onlyIPv4: settings.onlyIPv4)
    }

    // MARK: Facts

    /// A key file, or the directory, may have changed.
    func keysMayHaveChanged(_ now: Milliseconds) { keys.filesMayHaveChanged(now: now) }

    /// Reads the key files.
    private func readKeys(_ now: Milliseconds) {
        guard configuration.takesSignedKnocks else { return }
        let reading = Capabilities.use {
            keyFiles.read(
                configuration.options, preferring: keys.idsInUse, isLockTaken: keys.isLockTaken, uses: ledger.usesOfAll)
        }
        perform(keys.take(reading, by: configuration, now: now))
    }

    /// Compares the mark beside the keys with the ledger, once there is a directory for it.
    private func compareMark() {
        Capabilities.use {
            if let loss = keyFiles.compareMark() { perform(keys.stateIsLost(loss, now: moment())) }
            if let loss = keyFiles.writeMark() { perform(keys.stateIsLost(loss, now: moment())) }
        }
    }

    /// The wall clock was set, or a generation retires now.
    func clockHasCome(_ now: Milliseconds) {
        if keyFiles.clock.acknowledge() { return lookAtClock(now, wasSet: true) }
        if configuration.takesSignedKnocks { perform([.applyKeys]) }
    }

    /// Tells by how much the wall clock was set, if it was; what goes by it follows.
    ///
    /// - Parameter wasSet: the kernel says so. It says nothing of by how much, and the same when the machine was suspended.
    func lookAtClock(_ now: Milliseconds, wasSet: Bool = false) {
        let step = clockStep.look(Clock.moment())
        if let step {
            let seconds = (Double(step) / 1000).rounded()
            journal.tell(.daemon(.clockWasSet(seconds: Int(seconds))))
        }
        guard wasSet || step != nil, configuration.takesSignedKnocks else { return }
        perform(keys.clockWasSet(now: moment()))
    }

    /// The Verifier has new keys before it. Once it has answered, the Listener has their hints before it.
    func askWhetherKeysAreTaken() {
        keys.rolesAreTold()
        verifier.ask()
    }

    /// The Verifier has answered all that it was asked: it goes by the newest keys.
    func keysAreTaken() {
        if keys.isPublicationDue { tellOfKeysInForce() }
    }

    /// Records which keys are in force now, if that has changed.
    private func tellOfKeysInForce() {
        perform(keys.publish(by: { ProcessIdentity.own }, at: UnixSeconds(Clock.wallSeconds())))
    }

    // MARK: Effects

    /// Does at once what is to be done for keys.
    func perform(_ effects: [KeyEffect]) {
        for effect in effects { perform(effect) }
    }

    private func perform(_ effect: KeyEffect) {
        switch effect {
        case .tell(let event): journal.tell(event)
        case .tellLoss(let loss, let until):
            let from = Clock.localTime(Int(clamping: until / 1000 + 1))
            journal.tell(.key(.replayStateLost(reason: loss.description, from: from)))
        case .record(let floors, let gone):
            record(LedgerEntry(floors: floors.map { ($0.generation, $0.floor) }, gone: gone))
        case .recordKeys(let change): record(LedgerEntry(keys: change))
        case .readKeys: readKeys(Clock.sinceBoot())
        case .compareMark: compareMark()
        case .applyKeys: perform(keys.applyKeys(now: moment()))
        case .setKeyCount(let count): doors.setKeyCount(count)
        case .endRevokedHolds: perform(doors.endHolds(now: moment()) { keys.hasRevoked($1, of: $0) })
        case .tellVerifier:
            let controls = newVerifierControls()
            verifier.send(controls)
            askWhetherKeysAreTaken()
        case .setRetirementTimer:
            keyFiles.clock.set(keys.nextRetirement(after: UnixSeconds(Clock.wallSeconds())))
        }
    }

    // MARK: Time

    /// Does for keys what time brings about.
    func advanceKeys(_ now: Milliseconds) {
        while let due = keys.nextDeadline, due <= now { perform(keys.advance(to: moment())) }
        if let counts = signedCounts.take(now: now) {
            journal.tell(
                .signed(.counts(noise: counts.noise, wrongTags: counts.wrongTags, leftOut: counts.leftOut)))
        }
    }

    var nextKeyDeadline: Milliseconds? { [keys.nextDeadline, signedCounts.tellAt].compactMap { $0 }.min() }
}
