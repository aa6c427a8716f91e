import Base
import Configuration
import DoorControl
import Doors
import Events
import Keys
import Ledger
import Linux
import SignedKnocks

/// The Doorkeeper's care for keys: their files, what they mean by the clock, and what was spent with them.
extension Doorkeeper {
    /// How often to look whether the other daemon that has the keys has ended.
    private static let lockPause: Milliseconds = 10_000
    private static let hour: Milliseconds = 3_600_000
    private static let day: Milliseconds = 86_400_000

    /// Applies what signed knocks need, as the configuration has it now: at the start and after every reload.
    func applySignedKnocks(_ now: Milliseconds) {
        let places = configuration.doors.enumerated().filter { $1.signed != nil }
        signed.replay.window = TimeWindow(span: configuration.options.timeWindow)
        signed.doors = Dictionary(places.map { ($1.identity.name, $0) }) { first, _ in first }
        signed.policy = AccessPolicy(doors: configuration.doors.compactMap(accessEntry))
        guard configuration.takesSignedKnocks else {
            verifier.disable()
            signed.disableKeys()
            return tellOfKeysInForce()
        }
        signed.take(keyDirectory: configuration.options.keyDirectory)
        signed.watchFault = Capabilities.use { signed.files.watch(configuration.options.keyDirectory) }
        readKeys(now)
        if !verifier.isWanted { startVerifier(now) }
    }

    /// What the access rules say of a door; nil if it takes no signed knocks.
    func accessEntry(of door: Door) -> AccessPolicy.Entry? {
        AccessPolicy.Entry(door, onlyIPv4: settings.onlyIPv4)
    }

    /// A key file, or the directory, may have changed.
    func keysMayHaveChanged(_ now: Milliseconds) {
        signed.readKeysAt = min(signed.readKeysAt ?? .max, now + DoorkeeperLimits.keysSettle)
    }

    /// Reads the key files: what is good counts from now on; what is broken stays as it was, for as long as its file is there
    /// and it is for this server.
    func readKeys(_ now: Milliseconds) {
        signed.readKeysAt = nil
        guard configuration.takesSignedKnocks else { return }
        let options = configuration.options
        let found = Capabilities.use {
            KeyDirectory.read(
                options.keyDirectory, serverName: options.serverName, preferring: signed.keyring.idsInUse)
        }
        var faults = found.diagnostics.map(\.description)
        if found.isUsable, let fault = Capabilities.use({ takeKeyLock() }) { faults.append(fault) }
        let choice = signed.isKeyLockTaken ? KeyChoice() : KeyChoice(found, options.serverName, known: signed.keyring)
        do {
            try signed.keyring.take(choice.keys, keeping: choice.kept)
        } catch {
            return tellFault(error.description, now: now)
        }
        (signed.fromMemory, signed.foreign) = (choice.fromMemory, found.foreign)
        if signed.isKeyLockTaken {
            // The other daemon may end.
            signed.readKeysAt = now + Self.lockPause
        } else {
            faults += configuration.missingKeys(in: found).map(\.description)
            let shut = configuration.doorsWithoutKeys(usable: signed.keyring.names, in: found)
            faults += shut.map { "door \($0.identity.displayName): none of its keys can be used" }
            signed.isEveryDoorShut = configuration.hasOnly(shut)
            if let words = choice.words { faults.append("\(options.keyDirectory): \(words)") }
            if found.isUsable { Capabilities.use { compareMark() } }
        }
        if let watchFault = signed.watchFault {
            faults.append(
                "\(options.keyDirectory): \(watchFault.reason); changes count from the next reload on")
        }
        for fault in signed.faults.take(faults, now: now) { journal.tell(.key(.fault(fault))) }
        keysHaveChanged(now)
    }

    /// Takes the lock beside the keys, unless it is held already.
    ///
    /// - Returns: what is to be told if that fails.
    private func takeKeyLock() -> String? {
        if signed.keyLock?.isInPlace ?? false { return nil }
        // In another directory of this name may be another ledger's mark.
        if signed.keyLock != nil { signed.trust.keysMayDiffer() }
        signed.keyLock = nil
        let directory = configuration.options.keyDirectory
        do throws(KeyDirectoryLock.Refusal) {
            signed.keyLock = try KeyDirectoryLock(directory: directory, isPatient: !signed.isKeyLockTaken)
            signed.isKeyLockTaken = false
            // Another daemon may have used these keys until now: what retires by use must not come back.
            if let uses = ledger.usesOfAll() { signed.keyring.restore(uses) } else { signed.isUseUnknown = true }
            return nil
        } catch {
            switch error {
            case .held(let process):
                signed.isKeyLockTaken = true
                return
                    "\(directory): \(process.map { "process \($0)" } ?? "another process") uses these keys, and every "
                    + "knock would count twice: signed knocks open nothing here; end that daemon, or set KeyDirectory in "
                    + "[options] to a directory of this one's own"
            case .failed(let reason):
                signed.isKeyLockTaken = false
                return "\(KeyDirectoryLock.path(in: directory)): \(reason.reason); if a second daemon used these keys, "
                    + "every knock would count twice"
            }
        }
    }

    private func tellFault(_ text: String, now: Milliseconds) {
        if signed.faults.add(text, now: now) { journal.tell(.key(.fault(text))) }
    }

    /// The keys are others now, or the time has made others of them.
    func keysHaveChanged(_ now: Milliseconds) {
        let wall = Clock.wallMilliseconds()
        let seconds = UnixSeconds(clamping: wall / 1000)
        let usable = signed.keyring.all.filter { signed.keyring.standing(of: $0, at: seconds).isUsable }
        tellOfKeys(usable.map(\.id))
        let change = signed.replay.setGenerations(usable.map(\.id), now: wall, monotonic: Clock.monotonic())
        record(floors: change.floors, gone: change.gone)
        doors.setKeyCount(signed.keyring.keyCount)
        perform(doors.endHolds(now: moment()) { signed.keyring.hasRevoked($1, of: $0) })
        let controls = newVerifierControls()
        signed.verifierKnowledge.add(controls)
        verifier.send(controls)
        askWhetherKeysAreTaken()
        setRetirementTimer()
    }

    /// Who changes keys can see when that counts.
    private func tellOfKeys(_ usable: [GenerationID]) {
        if signed.usable == usable { return }
        signed.usable = usable
        journal.tell(
            .key(
                .taken(
                    keys: signed.keyring.keyCount, generations: usable.count,
                    directory: configuration.options.keyDirectory)))
    }

    /// Wakes when the next generation retires.
    func setRetirementTimer() {
        let end = signed.keyring.nextEnd(after: UnixSeconds(Clock.wallSeconds()))
        signed.clock.set(end.map { UInt64(clamping: min($0, Timestamp.range.upperBound)) * 1000 })
    }

    /// The wall clock was set, or a generation retires now.
    func clockHasCome(_ now: Milliseconds) {
        if signed.clock.acknowledge() { return lookAtClock(now, wasSet: true) }
        if configuration.takesSignedKnocks { keysHaveChanged(now) }
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
        record(floors: signed.replay.clockWasSet(now: Clock.wallMilliseconds(), monotonic: Clock.monotonic()))
        keysHaveChanged(now)
    }

    /// Tells of generations that are about to retire though no newer one was used: each once a day.
    private func warnOfRotations(_ now: Milliseconds) {
        signed.warnAt = now + Self.hour
        let wall = UnixSeconds(Clock.wallSeconds())
        for generation in signed.keyring.all {
            guard let event = warning(of: generation, at: wall), signed.warned[generation.id].map({ $0 <= now }) ?? true
            else { continue }
            signed.warned[generation.id] = now + Self.day
            journal.tell(event)
        }
    }

    private func warning(of generation: Keyring.Generation, at wall: UnixSeconds) -> Event? {
        switch signed.keyring.unused(generation, at: wall) {
        case .retires(let end): .key(.rotationUnused(from: label(generation), retires: end))
        case .awaitsUse: signed.isUseUnknown ? .key(.retiresByUseUnknown(from: label(generation))) : nil
        case nil: nil
        }
    }

    /// Does for keys what time brings about.
    func advanceKeys(_ now: Milliseconds) {
        if let moment = signed.readKeysAt, moment <= now { readKeys(now) }
        if let moment = signed.warnAt, moment <= now { warnOfRotations(now) }
        for fault in signed.faults.takeDue(now: now) { journal.tell(.key(.fault(fault))) }
        if let counts = signed.counts.take(now: now) {
            journal.tell(
                .signed(.counts(noise: counts.noise, wrongTags: counts.wrongTags, leftOut: counts.leftOut)))
        }
    }

    var nextKeyDeadline: Milliseconds? {
        [signed.readKeysAt, signed.warnAt, signed.counts.tellAt, signed.faults.nextDue].compactMap { $0 }.min()
    }
}
