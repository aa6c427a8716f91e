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

/// Which keys count, what they mean by the clock, and what was spent with them.
///
/// It is a value: it reads no file and asks no clock. What it is told returns effects, to be performed in their order.
struct KeyService {
    /// How often to look whether the other daemon that has the keys has ended.
    private static let lockPause: Milliseconds = 10_000

    private var keyring = Keyring()
    private var replay: ReplayCache
    private var lock = KeyLockState()
    /// When to read the key files anew: changes come in bursts.
    private var readAt: Milliseconds?
    /// Keys that are in force though their files would be refused at the next start.
    private var fromMemory: Set<KeyName> = []
    /// Keys whose files are for another server than this.
    private(set) var foreign: Set<KeyName> = []
    /// Whether none of the keys of any door can be used, and there is nothing else that opens one.
    private(set) var isEveryDoorShut = false
    private var faults = KeyFaults()
    private var warnings = RotationWarnings()
    private var told = ToldKeys()
    private var judge = ClaimJudge()

    init(window: Milliseconds) {
        replay = ReplayCache(window: TimeWindow(span: window))
    }

    // MARK: What there is

    /// Which key each generation belongs to: what another file may not claim.
    var idsInUse: [GenerationID: KeyName] { keyring.idsInUse }

    /// Whether another daemon uses the keys, as far as that is known.
    var isLockTaken: Bool { lock.isTaken }

    /// What must survive of signed knocks.
    var replayState: ReplayState {
        ReplayState(spent: replay.spentKnocks, floors: replay.floors, uses: keyring.uses)
    }

    /// What programs beside the daemon were told last.
    var inForce: KeysInForce { told.inForce }

    /// Whether programs beside the daemon are to be told of keys as soon as the roles go by them.
    var isPublicationDue: Bool { told.isPublicationDue }

    subscript(id: GenerationID) -> Keyring.Generation? { keyring[id] }

    func isUsable(_ generation: Keyring.Generation, at now: UnixSeconds) -> Bool {
        keyring.standing(of: generation, at: now).isUsable
    }

    /// Whether a hold of this key, made by this generation, counts no more.
    func hasRevoked(_ id: GenerationID, of key: KeyName) -> Bool { keyring.hasRevoked(id, of: key) }

    /// The floor that the ledger has of a generation.
    func ledgerFloor(of id: GenerationID) -> UInt64? { replay.ledgerFloor(of: id) }

    /// When the next generation retires, in milliseconds since 1970.
    func nextRetirement(after now: UnixSeconds) -> UInt64? {
        keyring.nextEnd(after: now).map { UInt64(clamping: min($0, Timestamp.range.upperBound)) * 1000 }
    }

    /// The keys, as the Verifier is told them.
    func verifierControls(at now: UnixSeconds) -> [VerifierControl] { keyring.verifierControls(at: now) }

    /// What becomes of a claim of the Verifier's.
    ///
    /// - Parameter doors: those of the configuration as they are now.
    func verdict(on claim: SignedClaim, doors: [Door], now wall: UInt64) -> ClaimJudge.Verdict {
        judge.verdict(on: claim, keyring, doors: doors, now: wall)
    }

    // MARK: The ledger

    /// Takes back what was found at the start.
    ///
    /// - Returns: why knocks may have been spent of which nothing is known.
    mutating func takeBack(_ found: RecordedReplayState, now: Moment) -> ReplayLoss? {
        restore(found.state)
        warnings = RotationWarnings(isUseUnknown: found.isUseUnknown)
        // All floors are recorded at the start anyway.
        if found.loss != nil { _ = replay.stateIsLost(now: now.wall, monotonic: now.monotonic) }
        return found.loss
    }

    /// Takes back what the ledger has.
    mutating func restore(_ state: ReplayState) {
        for knock in state.spent { replay.restore(knock) }
        for (generation, floor) in state.floors { replay.restore(floor: floor, of: generation) }
        keyring.restore(state.uses)
    }

    /// Knocks may have been spent of which nothing is known.
    mutating func stateIsLost(_ loss: ReplayLoss, now: Moment) -> [KeyEffect] {
        let floors = replay.stateIsLost(now: now.wall, monotonic: now.monotonic)
        return Self.record(floors) + [tell(loss, now: now)]
    }

    /// Tells of that, and from when on other knocks count.
    func tell(_ loss: ReplayLoss, now: Moment) -> KeyEffect { .tellLoss(loss, until: replay.window.end(at: now.wall)) }

    private static func record(_ floors: [ReplayCache.Floor], gone: [GenerationID] = []) -> [KeyEffect] {
        if floors.isEmpty && gone.isEmpty { return [] }
        let floors = floors.map { KeyEffect.Floor(generation: $0.generation, floor: $0.floor) }
        return [.record(floors: floors, gone: gone)]
    }

    /// Knocks of these generations were accepted: what retires once another is used may retire from now on.
    mutating func used(_ ids: Set<GenerationID>, at now: UnixSeconds) -> [KeyEffect] {
        ids.map { keyring.used($0, at: now) }.contains(true) ? [.setRetirementTimer] : []
    }

    // MARK: The files

    /// Goes by another configuration from now on. If a door takes signed knocks, the key files are to be read next.
    ///
    /// - Parameter entries: what the access rules say of its doors.
    mutating func apply(_ configuration: Configuration, _ entries: [AccessPolicy.Entry]) {
        let options = configuration.options
        replay.window = TimeWindow(span: options.timeWindow)
        judge = ClaimJudge(doors: configuration.doors, entries, window: options.timeWindow)
        lock.use(configuration.takesSignedKnocks ? options.keyDirectory : nil)
        if !configuration.takesSignedKnocks { (fromMemory, faults) = ([], KeyFaults()) }
    }

    /// A key file, or the directory, may have changed.
    mutating func filesMayHaveChanged(now: Milliseconds) {
        readAt = min(readAt ?? .max, now + DoorkeeperLimits.keysSettle)
    }

    /// Takes what was found where the keys are: what is good counts from now on; what is broken stays as it was, for as long
    /// as its file is there and it is for this server.
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
            // The other daemon may end.
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

    /// What is to be told of the lock; nil if nothing is.
    private mutating func takeLock(_ outcome: KeyReading.Lock) -> String? {
        if case .acquired(let uses) = outcome {
            // What retires by use must not come back.
            if let uses { keyring.restore(uses) } else { warnings.useIsUnknown() }
        }
        return lock.take(outcome)
    }

    // MARK: What follows

    /// The keys are others now, or the time has made others of them.
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

    /// Roles are told of the keys as they are now.
    mutating func rolesAreTold() { told.rolesAreTold() }

    /// Tells programs beside the daemon which keys are in force now, if that has changed.
    ///
    /// - Parameter daemon: which process this is, where that can be told.
    mutating func publish(by daemon: () -> ProcessIdentity?, at now: UnixSeconds) -> [KeyEffect] {
        let directory = lock.ownDirectory
        let keys = directory == nil ? [] : keyring.inForce(at: now, fromMemory: fromMemory)
        guard let change = told.publish(keys, from: directory, by: daemon) else { return [] }
        return [.recordKeys(change)]
    }

    // MARK: Time

    /// When to call `advance` next.
    var nextDeadline: Milliseconds? { [readAt, warnings.dueAt, faults.nextDue].compactMap { $0 }.min() }

    /// Does what time has brought about. It is to be called until nothing is due any more: what is read first decides what
    /// there is to warn of.
    mutating func advance(to now: Moment) -> [KeyEffect] {
        if let moment = readAt, moment <= now.sinceBoot {
            readAt = nil
            return [.readKeys]
        }
        let warned = warnings.takeDue(in: keyring, now: now)
        let again = faults.takeDue(now: now.sinceBoot).map { Event.key(.fault($0)) }
        return (warned + again).map(KeyEffect.tell)
    }

    /// The wall clock was set: what stands for lost state follows.
    mutating func clockWasSet(now: Moment) -> [KeyEffect] {
        Self.record(replay.clockWasSet(now: now.wall, monotonic: now.monotonic)) + [.applyKeys]
    }
}

/// Its own replay state: it answers at once.
extension KeyService: Register {
    mutating func spend(
        _ knock: SpentKnock, siblings: [GenerationID], now: UInt64, monotonic: Milliseconds,
        unless excess: () -> RejectReason?
    ) -> SpendOutcome {
        replay.spend(knock, siblings: siblings, now: now, monotonic: monotonic, unless: excess)
    }
}
