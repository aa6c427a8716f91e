import Base
import Configuration
import DoorControl
import Doors
import Events
import Keys
import Ledger
import Linux

/// The Doorkeeper's part for keys: it passes facts to `KeyService`, and performs the effects.
extension Doorkeeper {
    /// Applies the configuration of signed knocks, at the start and after every reload.
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

    /// Returns the access rules of a door; nil if it takes no signed knocks.
    func accessEntry(of door: Door) -> AccessPolicy.Entry? {
        AccessPolicy.Entry(door, onlyIPv4: settings.onlyIPv4)
    }

    // MARK: Facts

    /// Notes that a key file, or the directory, may have changed.
    func keysMayHaveChanged(_ now: Milliseconds) { keys.filesMayHaveChanged(now: now) }

    private func readKeys(_ now: Milliseconds) {
        guard configuration.takesSignedKnocks else { return }
        let reading = Capabilities.use {
            keyFiles.read(
                configuration.options, preferring: keys.idsInUse, isLockTaken: keys.isLockTaken, uses: ledger.usesOfAll)
        }
        perform(keys.take(reading, by: configuration, now: now))
    }

    /// Compares the mark beside the keys with the ledger, and writes it if it is missing or another ledger's.
    private func compareMark() {
        Capabilities.use {
            if let loss = keyFiles.compareMark() { perform(keys.stateIsLost(loss, now: moment())) }
            if let loss = keyFiles.writeMark() { perform(keys.stateIsLost(loss, now: moment())) }
        }
    }

    /// Handles the clock's wake-up: the wall clock was set, or a generation retires now.
    func clockHasCome(_ now: Milliseconds) {
        if keyFiles.clock.acknowledge() { return lookAtClock(now, wasSet: true) }
        if configuration.takesSignedKnocks { perform([.applyKeys]) }
    }

    /// Logs a step of the wall clock, and updates what depends on the time.
    ///
    /// - Parameter wasSet: whether the kernel reports a change. It gives no amount, and reports the end of a suspend
    ///   too.
    func lookAtClock(_ now: Milliseconds, wasSet: Bool = false) {
        let step = clockStep.look(Clock.moment())
        if let step {
            let seconds = (Double(step) / 1000).rounded()
            journal.tell(.daemon(.clockWasSet(seconds: Int(seconds))))
        }
        guard wasSet || step != nil, configuration.takesSignedKnocks else { return }
        perform(keys.clockWasSet(now: moment()))
    }

    /// Asks the Verifier for an answer that follows its new keys. Once it answers, the hints are on their way to the
    /// Listener.
    func askWhetherKeysAreTaken() {
        keys.rolesAreTold()
        verifier.ask()
    }

    /// Handles the Verifier's last outstanding answer: it uses the newest keys.
    func keysAreTaken() {
        if keys.isPublicationDue { tellOfKeysInForce() }
    }

    /// Records which keys are in force, if they have changed.
    private func tellOfKeysInForce() {
        perform(keys.publish(by: { ProcessIdentity.own }, at: UnixSeconds(Clock.wallSeconds())))
    }

    // MARK: Effects

    /// Performs effects at once, in their order.
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

    /// Runs everything that is due for keys.
    func advanceKeys(_ now: Milliseconds) {
        while let due = keys.nextDeadline, due <= now { perform(keys.advance(to: moment())) }
        if let counts = signedCounts.take(now: now) {
            journal.tell(
                .signed(.counts(noise: counts.noise, wrongTags: counts.wrongTags, leftOut: counts.leftOut)))
        }
    }

    var nextKeyDeadline: Milliseconds? { [keys.nextDeadline, signedCounts.tellAt].compactMap { $0 }.min() }
}
