import Base
import DoorControl
import Doors
import Events
import KeyMessages
import Keys
import Linux
import SignedKnocks

@testable import Configuration
@testable import Doorkeeper
@testable import Ledger

/// What the Doorkeeper is to a `KeyService`, without a kernel: the key directory is a value, and time passes when a test says so.
final class KeyShell {
    /// A hold of a door.
    struct Held: Equatable {
        let key: KeyName
        let generation: GenerationID
    }

    static let window: Milliseconds = 30_000
    static let hour: Milliseconds = 3_600_000

    var service = KeyService(window: KeyShell.window)
    private(set) var configuration: Configuration
    /// What the next reading finds.
    var found = KeyDirectory(path: "/keys")
    /// What the next attempt to take the lock comes to.
    var lock = KeyReading.Lock.acquired(uses: [:])
    var watchFault: SystemError?
    /// What the next comparison of the mark says is lost.
    var losses: [ReplayLoss] = []
    var holds: [Held] = []
    private(set) var now = Moment(sinceBoot: 1_000_000, monotonic: 1_000_000, wall: 1_800_000_000_000)
    private(set) var readings = 0
    private(set) var keyCount = 0
    /// When the retirement timer wakes, in milliseconds since 1970.
    private(set) var wakesAt: UInt64?
    private var performed: [KeyEffect] = []

    /// - Parameter state: what the ledger has at the start.
    init(_ configuration: Configuration, restoring state: RecordedReplayState? = nil) {
        self.configuration = configuration
        found.present = []
        if let state { _ = service.takeBack(state, now: now) }
    }

    // MARK: Facts

    /// A configuration is read: the first, or another.
    func apply(_ configuration: Configuration) {
        self.configuration = configuration
        service.apply(configuration, configuration.doors.compactMap { AccessPolicy.Entry($0) })
        if configuration.takesSignedKnocks { read() } else { publish() }
    }

    func start() { apply(configuration) }

    /// These files, all good, are what the directory has.
    func put(_ keys: Key...) {
        found = KeyDirectory(path: found.path)
        found.entries = keys.map { KeyDirectory.Entry(key: $0, file: "\(found.path)/\($0.name).key") }
        found.present = Set(keys.map(\.name))
    }

    /// The file of this key cannot be used.
    func spoil(_ key: Key) {
        found.entries.removeAll { $0.key.name == key.name }
        found.refused.insert(key.name)
        found.present?.insert(key.name)
        complain(about: "\(found.path)/\(key.name).key")
    }

    /// The directory cannot be used.
    func spoilDirectory() {
        found.entries = []
        found.isUsable = false
        complain(about: found.path)
    }

    private func complain(about file: String) {
        found.diagnostics.append(
            Diagnostic(severity: .warning, file: file, line: 0, column: 0, message: "it is spoilt"))
    }

    func read() {
        readings += 1
        let reading = KeyReading(found: found, lock: found.isUsable ? lock : .untried, watchFault: watchFault)
        if found.isUsable, case .acquired = lock { lock = .kept }
        perform(service.take(reading, by: configuration, now: now.sinceBoot))
    }

    /// The Verifier has answered all that it was asked.
    func verifierAnswers() { if service.isPublicationDue { publish() } }

    private func publish() {
        perform(service.publish(by: { ProcessIdentity(id: 7, began: 8) }, at: seconds))
    }

    /// A knock of this generation is accepted.
    func use(_ generation: KeyGeneration) { perform(service.used([generation.id], at: seconds)) }

    // MARK: Time

    var seconds: UnixSeconds { UnixSeconds(now.wall / 1000) }

    /// The last moment in the time window.
    var windowEnd: UInt64 { now.wall + UInt64(Self.window) }

    func pass(_ span: Milliseconds) {
        let end = now.sinceBoot + span
        while let due = nextWake, due <= end {
            move(to: due)
            if let wakesAt, wakesAt <= now.wall {
                self.wakesAt = nil
                perform([.applyKeys])
            }
            while let due = service.nextDeadline, due <= now.sinceBoot { perform(service.advance(to: now)) }
        }
        move(to: end)
    }

    private var nextWake: Milliseconds? {
        let timer = wakesAt.map { now.sinceBoot + max(Milliseconds($0) - Milliseconds(now.wall), 0) }
        return [timer, service.nextDeadline].compactMap { $0 }.min()
    }

    private func move(to moment: Milliseconds) {
        let step = max(moment - now.sinceBoot, 0)
        now = Moment(
            sinceBoot: now.sinceBoot + step, monotonic: now.monotonic + step, wall: now.wall + UInt64(step))
    }

    /// Somebody sets the wall clock.
    func setClock(by step: Milliseconds) {
        now = Moment(
            sinceBoot: now.sinceBoot, monotonic: now.monotonic, wall: UInt64(Milliseconds(now.wall) + step))
        perform(service.clockWasSet(now: now))
    }

    // MARK: Effects

    func perform(_ effects: [KeyEffect]) {
        for effect in effects {
            performed.append(effect)
            switch effect {
            case .readKeys: read()
            case .compareMark:
                let lost = losses
                losses = []
                for loss in lost { perform(service.stateIsLost(loss, now: now)) }
            case .applyKeys: perform(service.applyKeys(now: now))
            case .setKeyCount(let count): keyCount = count
            case .endRevokedHolds: holds.removeAll { service.hasRevoked($0.generation, of: $0.key) }
            case .tellVerifier: service.rolesAreTold()
            case .setRetirementTimer: wakesAt = service.nextRetirement(after: seconds)
            case .tell, .tellLoss, .record, .recordKeys: break
            }
        }
    }

    // MARK: What it shows

    /// All effects since this was last asked, in their order.
    func takeEffects() -> [KeyEffect] {
        defer { performed = [] }
        return performed
    }

    /// Of these what was told.
    func takeEvents() -> [Event] {
        takeEffects().compactMap { effect in
            guard case .tell(let event) = effect else { return nil }
            return event
        }
    }

    /// Of these what is wrong.
    func takeFaults() -> [String] {
        takeEvents().compactMap { event in
            guard case .key(.fault(let text)) = event else { return nil }
            return text
        }
    }

    /// Of these the floors that were recorded.
    func takeFloors() -> [KeyEffect.Floor] {
        var floors: [KeyEffect.Floor] = []
        for case .record(let raised, _) in takeEffects() { floors += raised }
        return floors
    }

    /// Of these what programs beside the daemon are told.
    func takeChanges() -> [KeysInForceChange] {
        takeEffects().compactMap { effect in
            guard case .recordKeys(let change) = effect else { return nil }
            return change
        }
    }

    /// What the Verifier would be told now: `laptop 1`, or `laptop 1 retired`.
    var toldToVerifier: [String] {
        service.verifierControls(at: seconds).compactMap { control in
            guard case .generation(let key, let number, let isUsable, _) = control else { return nil }
            return "\(key) \(number)\(isUsable ? "" : " retired")"
        }
    }
}
