import Base
import DoorControl
import Doorkeeper
import Doors
import Events
import Knocks
import Linux
import Packets
import SignedKnocks

/// Simulates the daemon's doors for captured packets and the time between them.
///
/// Commands take no time and never fail. Time stamps that go back are treated as the latest time so far.
final class SimulatedDoors {
    private typealias SequenceDoorAtDoor = (door: Door, sequence: SequenceDoor)

    /// Decides which packets of the capture are for this host.
    struct Place {
        /// Whether every destination is valid.
        let countsAll: Bool
        /// The valid destinations.
        var addresses: Set<IPAddress>
        let isOnLoopback: Bool
        let onlyIPv4: Bool

        /// - Parameter interfaces: interfaces whose addresses are valid destinations; nil makes every destination
        ///   valid.
        init(interfaces: [NetworkInterface]?, onlyIPv4: Bool) {
            countsAll = interfaces == nil
            addresses = Set((interfaces ?? []).flatMap(\.addresses).compactMap { IPAddress(bytes: $0) })
            isOnLoopback = (interfaces ?? []).contains(where: \.isLoopback)
            self.onlyIPv4 = onlyIPv4
        }
    }

    private var doors: [SequenceDoorAtDoor]
    /// The doors that take signed knocks, by name.
    let signedDoors: [String: Door]
    var signed: SimulatedVerifier?
    private(set) var place: Place
    private let print: (String) -> Void
    private var matcher: SequenceMatcher
    private var duplicates: DuplicateFilter
    private var controller: DoorController
    /// Empty replay state, for a configuration without signed knocks.
    private var nothingSpent = ReplayCache(window: TimeWindow(span: 0))
    private(set) var now: Milliseconds = 0
    var summary = SimulationSummary()
    private let all: [Door]

    /// - Parameters:
    ///   - signed: judges signed knocks; nil if no door takes any.
    ///   - rates: limits on accepted knocks from one source, and in all.
    ///   - interfaces: interfaces whose addresses are valid destinations; nil makes every destination valid.
    init(
        doors: [Door], signed: SimulatedVerifier? = nil, rates: (source: RateLimit, total: RateLimit),
        interfaces: [NetworkInterface]?, onlyIPv4: Bool, tell: @escaping (String) -> Void
    ) {
        all = doors
        self.signed = signed
        let named = doors.filter { $0.signed != nil }.map { ($0.identity.name, $0) }
        signedDoors = Dictionary(named) { first, _ in first }
        controller = DoorController(
            rules: DoorController.Rules(doors: doors, keepsGoneDoors: false), rates: rates, timeOfDay: Clock.localTime,
            isAlive: { _ in false })
        controller.setKeyCount(signed?.keyCount ?? 0)
        controller.setSequenceCount(doors.count { $0.sequence != nil })
        self.doors = doors.flatMap { door in door.sequences.map { (door, $0) } }
        place = Place(interfaces: interfaces, onlyIPv4: onlyIPv4)
        print = tell
        let hash = SipHash(key0: ThisProcess.randomNumber(), key1: ThisProcess.randomNumber())
        duplicates = DuplicateFilter(hash: hash)
        matcher = SequenceMatcher(doors: self.doors.map(\.sequence), localAddresses: place.addresses, hash: hash)
    }

    // MARK: Time

    /// Advances the time. Everything that is due on the way happens at its own time.
    func pass(to moment: Milliseconds) {
        let end = max(now, moment)
        while let next = [matcher.nextExpiry, controller.nextDeadline(now)].compactMap({ $0 }).min(), next <= end {
            now = max(now, next)
            matcher.expire(at: now, tellOf)
            perform(controller.advance(to: self.moment))
            recordAll()
        }
        now = end
    }

    // MARK: Packets

    /// Counts a frame without a packet that could be a knock.
    func skip() { summary.addSkipped() }

    /// Handles a packet that was captured now.
    func receive(_ frame: Frame, in bytes: RawSpan) {
        summary.addPacket()
        let packet = frame.packet
        if place.countsAll, place.addresses.insert(packet.destination).inserted {
            matcher.addLocalAddress(packet.destination)
        }
        let isNew = duplicates.isNew(frame, in: bytes, on: frame.interface, at: now)
        let knock = Knock(packet)
        let concerned = doors.filter { $0.sequence.sequence.knocks.contains(knock) }
        if let reason = reasonToIgnore(frame, isNew: isNew) {
            if !concerned.isEmpty { tell("\(packet.source): \(knock) ignored: \(reason)") }
            return
        }
        receiveSigned(frame, in: bytes)
        var told: Set<DoorIdentity> = []
        for (door, sequence) in concerned where told.insert(door.identity).inserted {
            if let blindness = sequence.blindness(to: packet, localAddresses: place.addresses) {
                let reason = words(for: blindness, packet, sequence)
                tell("\(packet.source): \(door.identity.displayName): \(knock) ignored: \(reason)")
            }
        }
        judge(packet, concerned)
    }

    private func reasonToIgnore(_ frame: Frame, isNew: Bool) -> String? {
        let source = frame.packet.source
        if place.onlyIPv4, !source.isIPv4 { return "IPv6 is ignored" }
        if !source.canBePeer(onLoopback: place.isOnLoopback || frame.isOnLoopback) { return "no host has this address" }
        return isNew ? nil : "another interface has seen this packet already"
    }

    private func words(for blindness: SequenceDoor.Blindness, _ packet: Packet, _ door: SequenceDoor) -> String {
        switch blindness {
        case .otherVLAN:
            return "it came \(vlan(packet.vlan)), the door listens \(vlan(door.vlan))"
        case .otherDestination:
            let own = door.target.map { "the door's target is \($0)" } ?? "no interface that -i names has this address"
            return "it is for \(packet.destination), \(own)"
        case .otherFlags:
            guard case .tcp(let flags) = packet.transport else { return "" }
            return door.flagRule.admits(flags)
                ? "its flags (\(flags)) begin no connection, which a strict door requires"
                : "its flags (\(flags)) do not match tcpflags"
        }
    }

    private func vlan(_ id: UInt16?) -> String { id.map { "in VLAN \($0)" } ?? "outside VLANs" }

    private func judge(_ packet: Packet, _ concerned: [SequenceDoorAtDoor]) {
        if concerned.contains(where: { $0.sequence.blindness(to: packet, localAddresses: place.addresses) == nil }) {
            summary.addKnock()
        }
        var completed: [(door: Int, source: IPAddress)] = []
        matcher.receive(packet, at: now) { outcome in
            if case .completed(let number, let source) = outcome {
                completed.append((number, source))
            } else {
                tellOf(outcome)
            }
        }
        for (number, source) in completed { admit(Claim(sequenceAt: doors[number].door, from: source)) }
        // A one-time sequence is used up, even if it opens nothing.
        useUp(completed.map(\.door))
    }

    private func tellOf(_ outcome: SequenceMatcher.Outcome) {
        switch outcome {
        case .stage(let stage, let door, let source): tell(.knock(.stage(stage, door: name(door), source: source)))
        case .completed: break
        case .timedOut(let stage, let door, let source):
            tell(.knock(.timeout(stage: stage, door: name(door), source: source)))
        case .reset(let stage, let knock, let door, let source):
            tell(.knock(.reset(stage: stage, by: "\(knock)", door: name(door), source: source)))
        }
    }

    private func name(_ door: Int) -> String { doors[door].door.identity.displayName }

    // MARK: Openings

    private var moment: Moment { Moment(sinceBoot: now, monotonic: now, wall: UInt64(clamping: now)) }

    /// Admits a claim as the daemon would.
    func admit(_ claim: Claim) {
        let door = claim.door
        let name = door.identity.displayName
        if door.oneTimeFile != nil, claim.evidence == .sequence {
            tell(.knock(.openSesame(door: name, source: claim.source)))
        }
        if door.actions(for: claim.source) == nil, claim.evidence == .sequence {
            return tell(
                "\(name): would run nothing: there is no start command for \(claim.source.isIPv4 ? "IPv4" : "IPv6")")
        }
        if var known = signed {
            // Keep one copy, so that changing it copies nothing.
            signed = nil
            let effects = controller.admit([claim], in: &known.replay, now: moment) { _, _ in nil }
            signed = known
            perform(effects)
        } else {
            perform(controller.admit([claim], in: &nothingSpent, now: moment) { _, _ in nil })
        }
        recordAll()
    }

    /// Records are durable at once here.
    private func recordAll() {
        while controller.hasRecords(now: moment) {
            for (number, record) in controller.takeRecords(now: moment) {
                for spending in record.spendings { signed?.used(spending.knock.generation, now: now) }
                perform(controller.recorded(number, now: moment))
            }
        }
    }

    /// Commands succeed at once here.
    private func perform(_ effects: [DoorEffect]) {
        for effect in effects {
            switch effect {
            // Stages were reported as they came.
            case .tell(.knock(.stage), _): break
            case .tell(.signed(.refused(let reason, let key, let door, let source)), _):
                refuse(reason, from: key, door: door, source)
            case .tell(let event, _): tell(event)
            case .run(let command): run(command)
            case .hurry, .endStart, .endGroup, .decided: break
            }
        }
    }

    private func run(_ command: DoorCommand) {
        let door = command.purpose.door
        if command.kind == .start { summary.addOpening(of: door) }
        if command.kind != .check { tell("\(door.displayName): would run: \(command.text)") }
        _ = controller.running(command, nil, now: moment)
        perform(controller.ended(command, .exited(0, because: .itself), now: moment))
    }

    /// Removes a used one-time sequence and those before it. The simulation does not know which ones would follow: the
    /// daemon reads them when it marks the file.
    private func useUp(_ numbers: [Int]) {
        let last = Dictionary(
            numbers.filter { doors[$0].door.oneTimeFile != nil }.map { (doors[$0].door.identity, $0) },
            uniquingKeysWith: max)
        guard !last.isEmpty else { return }
        for number in last.values.sorted() {
            let left = doors[(number + 1)...].count { $0.door.identity == doors[number].door.identity }
            tell(
                "\(name(number)): its one-time sequence is used up, "
                    + (left == 0 ? "the next is not tried" : "\(left) more \(left == 1 ? "is" : "are") tried"))
        }
        doors = doors.enumerated().filter { number, entry in number > last[entry.door.identity] ?? -1 }.map(\.element)
        matcher.replace(doors: doors.map(\.sequence), localAddresses: place.addresses)
    }

    // MARK: Output

    func tell(_ event: Event) {
        if let line = EventLine(event).log { tell(line) }
    }

    func tell(_ line: String) {
        print("\(Clock.localMillisecond(now)) \(PrintableText.line(line))")
    }

    /// Prints the totals, and the attempts and openings that the end of the file leaves unfinished.
    func finish() {
        var lines = [summary.packetLine]
        matcher.forEachAttempt { stage, door, source in
            lines.append("\(source): \(name(door)): at stage \(stage) when the capture ends")
        }
        for opening in controller.openings.sorted(by: { $0.deadline < $1.deadline }) {
            lines.append("\(opening.key.address): \(opening.key.door.displayName): open when the capture ends")
        }
        lines += signedLines + summary.doorLines(all)
        for line in lines { print(PrintableText.line(line)) }
    }
}
