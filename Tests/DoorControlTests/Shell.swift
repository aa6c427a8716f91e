import Base
import DoorControl
import Doors
import Events
import Hints
import Keys
import Knocks
import Packets
import SignedKnocks
import Testing

/// What the Doorkeeper is to a `DoorController`, without a kernel: commands run until a test ends them, and the store answers
/// when it is told to.
final class Shell {
    /// What the store does with a record.
    enum Store {
        case atOnce, fails, later
    }

    static let key = KeyName("laptop")
    static let id = GenerationID(high: 1, low: 1)

    var controller: DoorController
    var register = ReplayCache(window: TimeWindow(span: 30_000))
    var now: Milliseconds = 1_000_000
    var store = Store.atOnce
    /// Records that wait for an answer, where the store answers later.
    private(set) var waiting: [UInt64] = []
    private var submitted: [UInt64: DoorRecord] = [:]
    private(set) var records: [DoorRecord] = []
    /// The openings that are recorded: what a daemon that follows would find.
    private(set) var disk: [OpeningKey: Opening] = [:]
    private(set) var commands: [DoorCommand] = []
    private(set) var events: [Event] = []
    private(set) var decided: [Bool] = []
    private(set) var groups: [String] = []
    /// Whether there is room for a start when it is to run.
    var hasRoom = true
    /// How many starts wait, if there is no room for another.
    var startsWaiting: Int?
    /// Among whose commands there is no room for a start.
    var fullLanes: Set<Holder> = []
    private var lastNonce: UInt64 = 0

    init(
        _ doors: [Door], keepsGoneDoors: Bool = false,
        isAlive: @escaping @Sendable (ProcessIdentity) -> Bool = { _ in false }
    ) {
        controller = DoorController(
            rules: DoorController.Rules(doors: doors, keepsGoneDoors: keepsGoneDoors),
            rates: (RateLimit(burst: 64, perSecond: 16), RateLimit(burst: 1024, perSecond: 256)),
            timeOfDay: { "second \($0)" }, isAlive: isAlive)
        controller.setKeyCount(1)
        controller.setSequenceCount(doors.count)
        _ = register.setGenerations([Self.id, Self.other], now: 1, monotonic: 0)
    }

    static let other = GenerationID(high: 2, low: 2)

    var moment: Moment { Moment(sinceBoot: now, monotonic: now, wall: UInt64(now) + 1_000_000_000) }

    // MARK: What it is asked

    func knock(_ door: Door, from source: String = "198.18.1.2") throws {
        admit([Claim(sequenceAt: door, from: try #require(IPAddress(source)))])
    }

    func claim(
        _ door: Door, _ operation: SignedKnockBody.Operation = .open, by key: KeyName? = Shell.key,
        _ generation: GenerationID = Shell.id, from source: String = "198.18.1.2", for address: String? = nil,
        openFor: Milliseconds? = nil, nonce: UInt64? = nil, isSurplus: Bool = false
    ) throws -> Claim {
        lastNonce += 1
        let source = try #require(IPAddress(source))
        let address = try address.map { try #require(IPAddress($0)) } ?? source
        let spent = SpentKnock(
            generation: generation, nonce: Nonce(high: 0, low: nonce ?? lastNonce),
            timestamp: moment.wall + lastNonce, door: door.identity.name, address: address, operation: operation)
        return Claim(
            AccessGrant(door: 0, operation: operation, address: address, openFor: openFor), at: door, from: source,
            Claim.Signature(
                label: Event.KeyLabel(try #require(key), generation: 1), spent: spent, siblings: [],
                isSurplus: isSurplus))
    }

    func admit(_ claims: [Claim]) {
        perform(controller.admit(claims, in: &register, now: moment) { waitingStarts(of: $1) })
        finishTurn()
    }

    private func waitingStarts(of holder: Holder) -> Int? { fullLanes.contains(holder) ? 9 : startsWaiting }

    func pass(_ span: Milliseconds) {
        let end = now + span
        while let next = controller.nextDeadline(now), next <= end {
            now = max(now, next)
            perform(controller.advance(to: moment))
            finishTurn()
        }
        now = end
    }

    func perform(_ effects: [DoorEffect]) {
        for effect in effects {
            switch effect {
            case .run(let command)
            where command.kind == .start && (!hasRoom || fullLanes.contains(command.holder)):
                perform(controller.startHasNoRoom(command, waiting: 9, now: moment))
            case .run(let command):
                commands.append(command)
                perform(controller.running(command, nil, now: moment))
            case .tell(let event, _): events.append(event)
            case .decided(_, _, let isSpent): decided.append(isSpent)
            case .endGroup(let process, let atOnce): groups.append("\(process)\(atOnce ? " at once" : "")")
            case .endStart(let key):
                if commands.contains(where: { $0.kind == .start && $0.purpose == .opening(key) }) {
                    end(.start, .killed(15, because: .order))
                } else {
                    perform(controller.startIsNowhere(key, now: moment))
                }
            case .hurry: break
            }
        }
    }

    /// The oldest command, which runs no more for this shell.
    func takeCommand() -> DoorCommand { commands.removeFirst() }

    /// Ends the oldest command of a kind.
    func end(_ kind: DoorCommand.Kind, _ end: CommandEnd = .exited(0, because: .itself)) {
        guard let index = commands.firstIndex(where: { $0.kind == kind }) else {
            Issue.record("no \(kind) runs")
            return
        }
        perform(controller.ended(commands.remove(at: index), end, now: moment))
        finishTurn()
    }

    func finishTurn() {
        for (number, record) in controller.takeRecords(now: moment) {
            records.append(record)
            submitted[number] = record
            switch store {
            case .atOnce: decide(number, isRecorded: true)
            case .fails: decide(number, isRecorded: false)
            case .later: waiting.append(number)
            }
        }
        perform(controller.admitDeferred(in: &register, now: moment) { waitingStarts(of: $1) })
        if controller.hasRecords(now: moment), store != .later || waiting.isEmpty { finishTurn() }
    }

    /// The store answers the oldest question.
    func answer(_ isRecorded: Bool) {
        decide(waiting.removeFirst(), isRecorded: isRecorded)
        finishTurn()
    }

    private func decide(_ number: UInt64, isRecorded: Bool) {
        let record = submitted.removeValue(forKey: number)
        guard isRecorded else { return perform(controller.failed(number, now: moment)) }
        for (key, opening) in record?.openings ?? [:] { disk[key] = opening }
        perform(controller.recorded(number, now: moment))
    }

    // MARK: What it shows

    /// What runs: `start 198.18.1.2`.
    var running: [String] { commands.map(\.text) }

    var openings: [Opening.Phase] { controller.openings.map(\.phase) }

    /// What was told since this was last asked.
    func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }

    func takeRecords() -> [DoorRecord] {
        defer { records = [] }
        return records
    }
}

/// Doors to test with.
enum Sample {
    static func door(
        _ name: String = "ssh", start: String = "start %IP%", stop: String? = "stop %IP%", check: String? = nil,
        openFor: Milliseconds = 10_000, reknock: Door.Reknock = .extend, cooldown: Milliseconds = 0,
        maxOpenings: Int = 8, hasSequence: Bool = true, keys: SignedDoor.Keys? = .all, reloadKeeps: Bool = false
    ) throws -> Door {
        let sequence = SequenceDoor(
            sequence: try #require(KnockSequence([Knock(.tcp, 7000), Knock(.tcp, 8000)])), flagRule: TCPFlagRule(),
            timeout: 25_000, target: nil)
        let actions = Door.Actions(
            start: try #require(ActionTemplate(start)), stop: try stop.map { try #require(ActionTemplate($0)) },
            check: try check.map { try #require(ActionTemplate($0)) })
        return Door(
            identity: DoorIdentity(name: name), sequence: hasSequence ? sequence : nil, sequenceCooldown: cooldown,
            signed: keys.map { SignedDoor(keys: $0, addressRule: .observed, delegates: [], longest: 60_000) },
            actions: actions, actionsIPv6: nil, openFor: openFor, startLimit: 3000, stopLimit: 30_000,
            reknock: reknock, reloadKeeps: reloadKeeps, maxOpenings: maxOpenings)
    }
}
