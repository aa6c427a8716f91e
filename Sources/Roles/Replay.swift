import Doors
import Events
import Knocks
import Linux
import Packets

/// The daemon's doors in a captured world: what each packet, and the time between them, would have brought about.
///
/// Commands take no time here and never fail. Time that goes backwards stands still.
final class Replay {
    private typealias SequenceDoorAtDoor = (door: Door, sequence: SequenceDoor)

    private var doors: [SequenceDoorAtDoor]
    /// The doors that take signed knocks, by their names, and who judges these.
    let signedDoors: [String: Door]
    var signed: SignedReplay?
    private let countsAll: Bool
    private var localAddresses: Set<IPAddress>
    let isOnLoopback: Bool
    private let onlyIPv4: Bool
    private let print: (String) -> Void
    private var matcher: SequenceMatcher
    private var duplicates: DuplicateFilter
    var openDoors = OpenDoors()
    private var cooldowns = CooldownBook()
    private(set) var now: Milliseconds = 0
    /// For the summary.
    private var (packets, skipped, knocks) = (0, 0, 0)
    private var opened: [DoorIdentity: Int] = [:]
    var signedCounts = SignedCounts()
    private let all: [Door]

    /// - Parameters:
    ///   - interfaces: those whose addresses count; nil counts every destination.
    ///   - signed: who judges signed knocks; nil if no door takes any.
    init(
        doors: [Door], signed: SignedReplay? = nil, interfaces: [NetworkInterface]?, onlyIPv4: Bool,
        tell: @escaping (String) -> Void
    ) {
        all = doors
        self.signed = signed
        let named = doors.filter { $0.signed != nil }.map { ($0.identity.name, $0) }
        signedDoors = Dictionary(named) { first, _ in first }
        openDoors.keyCount = signed?.keyCount ?? 0
        self.doors = doors.flatMap { door in door.sequences.map { (door, $0) } }
        countsAll = interfaces == nil
        localAddresses = Set((interfaces ?? []).flatMap(\.addresses).compactMap { IPAddress(bytes: $0) })
        isOnLoopback = (interfaces ?? []).contains(where: \.isLoopback)
        self.onlyIPv4 = onlyIPv4
        print = tell
        let hash = SipHash(key0: ThisProcess.randomNumber(), key1: ThisProcess.randomNumber())
        duplicates = DuplicateFilter(hash: hash)
        matcher = SequenceMatcher(doors: self.doors.map(\.sequence), localAddresses: localAddresses, hash: hash)
    }

    // MARK: Time

    /// Lets the time pass: what it ends, it ends when it would have.
    func pass(to moment: Milliseconds) {
        let end = max(now, moment)
        while let next = [matcher.nextExpiry, openDoors.nextDeadline].compactMap({ $0 }).min(), next <= end {
            now = max(now, next)
            matcher.expire(at: now, tellOf)
            for step in openDoors.due(at: now) {
                switch step {
                case .stop(let opening), .over(let opening):
                    tell(.commandTimeout(door: opening.key.door.displayName, source: opening.key.address))
                default: break
                }
                perform([step])
            }
        }
        now = end
    }

    // MARK: Packets

    /// A frame that holds no packet which could be a knock.
    func skip() {
        packets += 1
        skipped += 1
    }

    /// A packet that was captured now.
    func receive(_ frame: Frame, in bytes: RawSpan) {
        packets += 1
        let packet = frame.packet
        if countsAll, localAddresses.insert(packet.destination).inserted {
            matcher.addLocalAddress(packet.destination)
        }
        let isNew = duplicates.isNew(frame, in: bytes, on: frame.interface, at: now)
        let knock = Knock(packet)
        let concerned = doors.filter { $0.sequence.sequence.knocks.contains(knock) }
        if let reason = reasonToIgnore(frame, isNew: isNew) {
            if !concerned.isEmpty { tell("\(packet.source): \(knock) does not count: \(reason)") }
            return
        }
        receiveSigned(frame, in: bytes)
        var told: Set<DoorIdentity> = []
        for (door, sequence) in concerned where told.insert(door.identity).inserted {
            if let blindness = sequence.blindness(to: packet, localAddresses: localAddresses) {
                let reason = words(for: blindness, packet, sequence)
                tell("\(packet.source): \(door.identity.displayName): \(knock) does not count: \(reason)")
            }
        }
        judge(packet, concerned)
    }

    private func reasonToIgnore(_ frame: Frame, isNew: Bool) -> String? {
        let source = frame.packet.source
        if onlyIPv4, !source.isIPv4 { return "no notice is taken of IPv6" }
        if !source.canBePeer(onLoopback: isOnLoopback || frame.isOnLoopback) { return "no host has this address" }
        return isNew ? nil : "another interface has seen this packet already"
    }

    private func words(for blindness: SequenceDoor.Blindness, _ packet: Packet, _ door: SequenceDoor) -> String {
        switch blindness {
        case .otherVLAN:
            return "it came \(vlan(packet.vlan)), the door listens \(vlan(door.vlan))"
        case .otherDestination:
            let own = door.target.map { "the door's target is \($0)" } ?? "no interface that counts has this address"
            return "it is for \(packet.destination), \(own)"
        case .otherFlags:
            guard case .tcp(let flags) = packet.transport else { return "" }
            return door.flagRule.admits(flags)
                ? "its flags (\(flags)) begin no connection, as they have to at a strict door"
                : "its flags (\(flags)) are not what tcpflags asks for"
        }
    }

    private func vlan(_ id: UInt16?) -> String { id.map { "in VLAN \($0)" } ?? "outside VLANs" }

    private func judge(_ packet: Packet, _ concerned: [SequenceDoorAtDoor]) {
        if concerned.contains(where: { $0.sequence.blindness(to: packet, localAddresses: localAddresses) == nil }) {
            knocks += 1
        }
        var completed: [(door: Int, source: IPAddress)] = []
        var used: [Int] = []
        matcher.receive(packet, at: now) { outcome in
            if case .completed(let number, let source) = outcome {
                // A one-time sequence is used up, whatever becomes of it.
                used.append(number)
                guard isCounted(doors[number].door, source) else { return }
                completed.append((number, source))
            }
            tellOf(outcome)
        }
        for (number, source) in completed { open(doors[number].door, for: source) }
        useUp(used)
    }

    /// Whether a completed sequence counts; one in the door's cooldown does not.
    private func isCounted(_ door: Door, _ source: IPAddress) -> Bool {
        guard let rest = cooldowns.rest(of: door, source, now: now) else {
            cooldowns.begin(at: door, source, now: now)
            return true
        }
        if rest.isNews { tell(.inCooldown(seconds: rest.seconds, door: door.identity.displayName, source: source)) }
        return false
    }

    private func tellOf(_ outcome: SequenceMatcher.Outcome) {
        switch outcome {
        case .stage(let stage, let door, let source): tell(.stage(stage, door: name(door), source: source))
        case .completed(let door, let source): tell(.openSesame(door: name(door), source: source))
        case .timedOut(let stage, let door, let source):
            tell(.sequenceTimeout(stage: stage, door: name(door), source: source))
        case .reset(let stage, let knock, let door, let source):
            tell(.attemptReset(stage: stage, by: "\(knock)", door: name(door), source: source))
        }
    }

    private func name(_ door: Int) -> String { doors[door].door.identity.displayName }

    // MARK: Openings

    private func open(_ door: Door, for source: IPAddress) {
        open(door, Proof(sequenceAt: door, address: source))
    }

    private func refuse(_ refusal: Event.Refusal, _ door: Door, _ proof: Proof) {
        if proof.holder == .sequence { cooldowns.forget(proof.address, at: door.identity) }
        tell(.refused(refusal, door: door.identity.displayName, source: proof.address))
    }

    func open(_ door: Door, _ proof: Proof) {
        let source = proof.address
        let name = door.identity.displayName
        guard let actions = door.actions(for: source) else {
            return tell("\(name): would run nothing: there is no start command for \(source.isIPv4 ? "IPv4" : "IPv6")")
        }
        guard actions.stop != nil else {
            guard let command = actions.start.command(for: proof.values(at: door.identity)) else {
                return refuse(.commandTooLong, door, proof)
            }
            opened[door.identity, default: 0] += 1
            return tell("\(name): would run: \(command)")
        }
        switch openDoors.knock(proof, at: door, actions, now: now) {
        case .begin(let opening), .startAgain(let opening): perform(openDoors.readyToStart(opening.key, now: now))
        // What is open is in place here.
        case .extend(let opening), .check(let opening):
            _ = openDoors.checked(opening.key, .inPlace, now: now)
            let until = String(Clock.localSecond(Int(opening.deadline / 1000)).suffix(8))
            tell(.extended(until: until, door: name, source: source))
        case .stopFirst(let opening): perform([.stop(opening)])
        case .full(let limit): refuse(.full(limit: limit), door, proof)
        case .commandTooLong: refuse(.commandTooLong, door, proof)
        case .wait: break
        }
    }

    /// Commands end at once here, and well.
    func perform(_ steps: [OpeningStep]) {
        for step in steps {
            switch step {
            case .begin(let opening): perform(openDoors.readyToStart(opening.key, now: now))
            case .start(let opening):
                opened[opening.key.door, default: 0] += 1
                tell("\(opening.key.door.displayName): would run: \(opening.commands.start)")
                perform(openDoors.started(opening.key, .succeeded, now: now))
            case .stop(let opening):
                tell("\(opening.key.door.displayName): would run: \(opening.commands.stop)")
                perform(openDoors.stopped(opening.key, succeeded: true, now: now).steps)
            case .record, .check, .endStart, .over: break
            }
        }
    }

    /// A one-time sequence opens once, and uses up those before it. Which come then, the file says when the daemon marks
    /// it; here none does.
    private func useUp(_ numbers: [Int]) {
        let last = Dictionary(
            numbers.filter { doors[$0].door.oneTimeFile != nil }.map { (doors[$0].door.identity, $0) },
            uniquingKeysWith: max)
        guard !last.isEmpty else { return }
        for number in last.values.sorted() {
            let left = doors[(number + 1)...].count { $0.door.identity == doors[number].door.identity }
            tell(
                "\(name(number)): its one-time sequence is used up, "
                    + (left == 0 ? "the next is not tried" : "\(left) more are tried"))
        }
        doors = doors.enumerated().filter { number, entry in number > last[entry.door.identity] ?? -1 }.map(\.element)
        matcher.replace(doors: doors.map(\.sequence), localAddresses: localAddresses)
    }

    // MARK: Words

    func tell(_ event: Event) {
        if let line = EventLine(event).log { tell(line) }
    }

    func tell(_ line: String) {
        print("\(Clock.localMillisecond(now)) \(EventLine.printable(line))")
    }

    /// Tells what was found in all, and what the end of the file leaves unfinished.
    func finish() {
        var lines = [
            "\(packets) packets read, \(knocks) of them knocks;"
                + " \(skipped) were no TCP or UDP over IP, not whole, or sent by the host itself"
        ]
        matcher.forEachAttempt { stage, door, source in
            lines.append("\(source): \(name(door)): at stage \(stage) when the capture ends")
        }
        for opening in openDoors.all.sorted(by: { $0.deadline < $1.deadline }) {
            lines.append("\(opening.key.address): \(opening.key.door.displayName): open when the capture ends")
        }
        lines += signedLines
        for door in all where opened[door.identity] == nil && (door.sequence != nil || door.signed != nil) {
            lines.append("\(door.identity.displayName): would not have opened")
        }
        for (door, count) in opened.sorted(by: { $0.key.name < $1.key.name }) {
            lines.append("\(door.displayName): would have opened \(count) \(count == 1 ? "time" : "times")")
        }
        for line in lines { print(EventLine.printable(line)) }
    }
}
