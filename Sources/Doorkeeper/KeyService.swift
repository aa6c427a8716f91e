import Base
import Configuration
import DoorControl
import Doors
import Events
import KeyMessages
import Keys
import Ledger
import Linux
import SignedKnocks

/// Holds the keys that are in force, their state by the clock, and the knocks that were spent with them.
///
/// It is a value: it reads no file and no clock. Its methods return effects, to be performed in their order.
struct KeyService {
    /// Pause between checks whether the other daemon that uses the keys has ended.
    private static let lockPause: Milliseconds = 10_000

    private var keyring = Keyring()
    private var replay: ReplayCache
    private var lock = KeyLockState()
    /// When to read the key files again. Changes come in bursts.
    private var readAt: Milliseconds?
    /// Keys in force whose files the next start would refuse.
    private var fromMemory: Set<KeyName> = []
    /// Keys whose files are for another server.
    private(set) var foreign: Set<KeyName> = []
    /// Whether no door can be opened: none has a usable key, and no sequence opens one.
    private(set) var isEveryDoorShut = false
    private var faults = KeyFaults()
    private var warnings = RotationWarnings()
    private var told = ToldKeys()
    private var judge = ClaimJudge()

    init(window: Milliseconds) {
        replay = ReplayCache(window: TimeWindow(span: window))
    }

    // MARK: State

    /// The key of each generation. No other file may claim these ids.
    var idsInUse: [GenerationID: KeyName] { keyring.idsInUse }

    /// Whether another daemon used the keys at the last reading.
    var isLockTaken: Bool { lock.isTaken }

    /// Replay state that must survive this process.
    var replayState: ReplayState {
        ReplayState(spent: replay.spentKnocks, floors: replay.floors, uses: keyring.uses)
    }

    /// The keys in force, as last published for other programs.
    var inForce: KeysInForce { told.inForce }

    /// Whether to publish the keys in force once the roles use them.
    var isPublicationDue: Bool { told.isPublicationDue }

    subscript(id: GenerationID) -> Keyring.Generation? { keyring[id] }

    func isUsable(_ generation: Keyring.Generation, at now: UnixSeconds) -> Bool {
        keyring.standing(of: generation, at: now).isUsable
    }

    /// Whether a hold of this key that was made with this generation is no longer valid.
    func hasRevoked(_ id: GenerationID, of key: KeyName) -> Bool { keyring.hasRevoked(id, of: key) }

    /// The floor of a generation that is to be recorded.
    func ledgerFloor(of id: GenerationID) -> UInt64? { replay.ledgerFloor(of: id) }

    /// When the next generation retires, in milliseconds since 1970.
    func nextRetirement(after now: UnixSeconds) -> UInt64? {
        keyring.nextEnd(after: now).map { UInt64(clamping: min($0, Timestamp.range.upperBound)) * 1000 }
    }

    /// The keys as controls for the Verifier.
    func verifierControls(at now: UnixSeconds) -> [VerifierControl] { keyring.verifierControls(at: now) }

    /// Judges a claim of the Verifier.
    ///
    /// - Parameter doors: doors of the current configuration.
    func verdict(on claim: SignedClaim, doors: [Door], now wall: UInt64) -> ClaimJudge.Verdict {
        judge.verdict(on: claim, keyring, doors: doors, now: wall)
    }

    // MARK: The ledger

    /// Restores what the ledger had at the start.
    ///
    /// - Returns: why spent knocks may be unknown, if any may.
    mutating func takeBack(_ found: RecordedReplayState, now: Moment) -> ReplayLoss? {
        restore(found.state)
        warnings = RotationWarnings(isUseUnknown: found.isUseUnknown)
        // Ignore the new floors: all floors are recorded at the start anyway.
        if found.loss != nil { _ = replay.stateIsLost(now: now.wall, monotonic: now.monotonic) }
        return found.loss
    }

    /// Restores replay state from the ledger.
    mutating func restore(_ state: ReplayState) {
        for knock in state.spent { replay.restore(knock) }
        for (generation, floor) in state.floors { replay.restore(floor: floor, of: generation) }
        keyring.restore(state.uses)
    }

    /// Handles a loss of replay state: it raises the floors, so that no lost knock is valid again.
    mutating func stateIsLost(_ loss: ReplayLoss, now: Moment) -> [KeyEffect] {
        let floors = replay.stateIsLost(now: now.wall, monotonic: now.monotonic)
        return Self.record(floors) + [tell(loss, now: now)]
    }

    /// Returns the effect that logs a loss, with the time from which on knocks are valid again.
    func tell(_ loss: ReplayLoss, now: Moment) -> KeyEffect { .tellLoss(loss, until: replay.window.end(at: now.wall)) }

    private static func record(_ floors: [ReplayCache.Floor], gone: [GenerationID] = []) -> [KeyEffect] {
        if floors.isEmpty && gone.isEmpty { return [] }
        let floors = floors.map { KeyEffect.Floor(generation: $0.generation, floor: $0.floor) }
        return [.record(floors: floors, gone: gone)]
    }

    /// Notes that knocks of these generations were accepted. An older generation that retires by use may retire from
    /// now on.
    mutating func used(_ ids: Set<GenerationID>, at now: UnixSeconds) -> [KeyEffect] {
        ids.map { keyring.used($0, at: now) }.contains(true) ? [.setRetirementTimer] : []
    }

    // MARK: The files

    /// Applies a configuration. If a door takes signed knocks, the key files are to be read next.
    ///
    /// - Parameter entries: the access rules of its doors.
    mutating func apply(_ configuration: Configuration, _ entries: [AccessPolicy.Entry]) {
        let options = configuration.options
        replay.window = TimeWindow(span: options.timeWindow)
        judge = ClaimJudge(doors: configuration.doors, entries, window: options.timeWindow)
        lock.use(configuration.takesSignedKnocks ? options.keyDirectory : nil)
        if !configuration.takesSignedKnocks { (fromMemory, faults) = ([], KeyFaults()) }
    }

    /// Notes that a key file, or the directory, may have changed.
    mutating func filesMayHaveChanged(now: Milliseconds) {
        readAt = min(readAt ?? .max, now + DoorkeeperLimits.keysSettle)
    }

    /// Takes the result of reading the key directory.
    ///
    /// Keys from valid files are in force from now on. A key whose file is broken stays as it was, while the file
    /// exists and the key is for this server.
    mutating func take(_ reading: KeyReading, by configuration: Configuration, now: Milliseconds) -> [KeyEffect] {
        readAt = nil
        let (found, options) = (reading.found, configuration.options)
        var wrong = found.diagnostics.map(\.description)
        if let fault = takeLock(reading.lock) { wrong.append(fault) }
        let choice = lock.isTaken ? KeyChoice() : KeyChoice(found, options.serverName, known: keyring)
        do throws(CryptoError) {
            try keyring.take(choice.keys, keeping: choice.kept)
        } catch {
            let fault = error.description
            return faults.add(fault, now: now) ? [.tell(.key(.fault(fault)))] : []
        }
        (fromMemory, foreign) = (choice.fromMemory, found.foreign)
        var effects: [KeyEffect] = []
        if lock.isTaken {
            // Read again later: the other daemon may end.
            readAt = now + Self.lockPause
        } else {
            wrong += configuration.missingKeys(in: found).map(\.description)
            let shut = configuration.doorsWithoutKeys(usable: keyring.names, in: found)
            wrong += shut.map { "door \($0.identity.displayName): none of its keys can be used" }
            isEveryDoorShut = configuration.hasOnly(shut)
            if let words = choice.words { wrong.append("\(options.keyDirectory): \(words)") }
            if found.isUsable { effects.append(.compareMark) }
        }
        if let watchFault = reading.watchFault {
            wrong.append("\(options.keyDirectory): \(watchFault.reason); key changes take effect at the next reload")
        }
        effects += faults.take(wrong, now: now).map { KeyEffect.tell(.key(.fault($0))) }
        return effects + [.applyKeys]
    }

    /// Takes the result of trying the lock, and returns the fault to log; nil if there is none.
    private mutating func takeLock(_ outcome: KeyReading.Lock) -> String? {
        if case .acquired(let uses) = outcome {
            // A generation that has retired by use must not become valid again.
            if let uses { keyring.restore(uses) } else { warnings.useIsUnknown() }
        }
        return lock.take(outcome)
    }

    // MARK: Applying keys

    /// Returns the effects of changed keys, or of generations that changed with time.
    mutating func applyKeys(now: Moment) -> [KeyEffect] {
        let usable = keyring.usable(at: UnixSeconds(clamping: now.wall / 1000)).map(\.id)
        var effects: [KeyEffect] = []
        if told.log(usable) {
            let directory = lock.directory ?? ""
            effects.append(
                .tell(.key(.taken(keys: keyring.keyCount, generations: usable.count, directory: directory))))
        }
        let change = replay.setGenerations(usable, now: now.wall, monotonic: now.monotonic)
        effects += Self.record(change.floors, gone: change.gone)
        return effects + [.setKeyCount(keyring.keyCount), .endRevokedHolds, .tellVerifier, .setRetirementTimer]
    }

    /// Notes that the current keys were sent to the roles.
    mutating func rolesAreTold() { told.rolesAreTold() }

    /// Publishes the keys in force for other programs, if they have changed.
    ///
    /// - Parameter daemon: returns this process, if the kernel tells its start time.
    mutating func publish(by daemon: () -> ProcessIdentity?, at now: UnixSeconds) -> [KeyEffect] {
        let directory = lock.ownDirectory
        let keys = directory == nil ? [] : keyring.inForce(at: now, fromMemory: fromMemory)
        guard let change = told.publish(keys, from: directory, by: daemon) else { return [] }
        return [.recordKeys(change)]
    }

    // MARK: Time

    /// When to call `advance` next.
    var nextDeadline: Milliseconds? { [readAt, warnings.dueAt, faults.nextDue].compactMap { $0 }.min() }

    /// Returns effects that are due. Call it until nothing is due: key files are read first, since they decide which
    /// warnings apply.
    mutating func advance(to now: Moment) -> [KeyEffect] {
        if let moment = readAt, moment <= now.sinceBoot {
            readAt = nil
            return [.readKeys]
        }
        let warned = warnings.takeDue(in: keyring, now: now)
        let again = faults.takeDue(now: now.sinceBoot).map { Event.key(.fault($0)) }
        return (warned + again).map(KeyEffect.tell)
    }

    /// Handles a step of the wall clock: floors that stand for lost state move with it.
    mutating func clockWasSet(now: Moment) -> [KeyEffect] {
        Self.record(replay.clockWasSet(now: now.wall, monotonic: now.monotonic)) + [.applyKeys]
    }
}

/// Spends knocks in the daemon's own replay state.
extension KeyService: Register {
    mutating func spend(
        _ knock: SpentKnock, siblings: [GenerationID], now: UInt64, monotonic: Milliseconds,
        unless excess: () -> RejectReason?
    ) -> SpendOutcome {
        replay.spend(knock, siblings: siblings, now: now, monotonic: monotonic, unless: excess)
    }
}
