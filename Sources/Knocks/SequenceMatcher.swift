package import Base
package import Packets

/// The classic knock: follows every source's progress at every door, packet by packet.
///
/// One packet against one attempt, in this order: what fits the next stage advances; what equals the knock just
/// accepted is ignored (a retransmission); the first knock of the sequence restarts it as Stage 1; any other knock of
/// any door's sequence resets it. A packet can begin an attempt at one door while it advances another. A packet that a
/// door does not see changes nothing at that door, unless the door is strict.
///
/// At a strict door any other initial SYN or datagram to this host is a wrong packet as well, but an attempt survives a
/// few wrong packets between two knocks (`SequenceDoor.tolerance`), since anybody can send them in the owner's name. For
/// the same reason a first knock restarts nothing there: it begins an attempt beside those that are further on. At each
/// stage a source has one attempt, the youngest; so the door opens if, and only if, the packets of a source contain the
/// sequence with no more wrong packets between two knocks than that. A repeat of the knock just accepted counts as that
/// knock. The first attempt that comes to its end ends the others.
package struct SequenceMatcher: ~Copyable {
    /// What a packet, or the time, has brought about. Doors are numbered as in `doors`.
    package enum Outcome: Equatable, Sendable {
        /// A knock was accepted, but not the last.
        case stage(Int, door: Int, source: IPAddress)
        /// The last knock was accepted. Nothing of the attempt is left.
        case completed(door: Int, source: IPAddress)
        /// An attempt took too long and is over; it had come to this stage.
        case timedOut(stage: Int, door: Int, source: IPAddress)
        /// A wrong knock has ended an attempt that had come to this stage.
        case reset(stage: Int, by: Knock, door: Int, source: IPAddress)

        /// The number of the door that it concerns.
        package var door: Int {
            switch self {
            case .stage(_, let door, _), .completed(let door, _), .timedOut(_, let door, _), .reset(_, _, let door, _):
                door
            }
        }

        /// Who knocked.
        package var source: IPAddress {
            switch self {
            case .stage(_, _, let source), .completed(_, let source), .timedOut(_, _, let source),
                .reset(_, _, _, let source):
                source
            }
        }

        /// The stage that the attempt had come to; nil where it has come to its end.
        package var stage: Int? {
            switch self {
            case .stage(let stage, _, _), .timedOut(let stage, _, _), .reset(let stage, _, _, _): stage
            case .completed: nil
            }
        }
    }

    /// The doors, in the order of the configuration.
    package private(set) var doors: [SequenceDoor]
    /// What decides whether each of them sees a packet.
    private var sights: [SequenceDoor.Sight]
    private var localAddresses: Set<IPAddress>
    /// The one of them that a packet was for last: mostly the next packet is for it, too.
    private var latestLocal: IPAddress?
    private var index: KnockIndex
    private var strictDoors: [Int]
    private var attempts: AttemptTable
    /// The doors at which the packet in hand begins no attempt; kept for its memory.
    private var judged: [Int] = []
    /// The attempts at strict doors that the packet in hand has advanced; kept for its memory.
    private var advanced: [AttemptTable.Slot] = []
    /// The strict doors at which an attempt has come to its end with it; kept for its memory.
    private var finished: [Int] = []
    /// No attempt's time is up before this moment, so that a packet need not ask every door.
    private var nothingExpiresBefore = Milliseconds.max

    /// - Parameters:
    ///   - doors: at most 65,535.
    ///   - localAddresses: the destinations that count at doors without a target.
    ///   - hash: keyed with random bytes that nobody else knows.
    package init(
        doors: [SequenceDoor], localAddresses: Set<IPAddress>, capacity: Int = KnocksLimits.attempts, hash: SipHash
    ) {
        self.doors = doors
        self.localAddresses = localAddresses
        sights = doors.map { $0.sight }
        index = KnockIndex(doors.map { $0.sequence })
        strictDoors = doors.indices.filter { doors[$0].isStrict }
        let ways = Self.waysNeeded(index)
        attempts = AttemptTable(capacity: capacity, ways: ways, doors: doors.count, hash: hash)
    }

    /// How many attempts of one source there is room for, at least, with these doors.
    static func waysNeeded(_ index: KnockIndex) -> Int {
        var ways = KnocksLimits.attemptsOfSource
        while ways < 2 * index.mostDoorsOfOneKnock { ways *= 2 }
        return ways
    }

    /// Takes up other doors and addresses. Attempts at doors that are the same as before go on; those at doors that are
    /// gone or changed are forgotten, and nothing is said of them. Of several equal doors the first stays the first. Where
    /// more doors share a knock than the table's sets are made for, all attempts are forgotten.
    package mutating func replace(doors newDoors: [SequenceDoor], localAddresses: Set<IPAddress>) {
        var places: [SequenceDoor: [Int]] = [:]
        for (number, door) in newDoors.enumerated().reversed() { places[door, default: []].append(number) }
        let newNumbers = doors.map { places[$0]?.popLast() }
        doors = newDoors
        sights = newDoors.map { $0.sight }
        self.localAddresses = localAddresses
        latestLocal = nil
        index = KnockIndex(newDoors.map { $0.sequence })
        strictDoors = newDoors.indices.filter { newDoors[$0].isStrict }
        let ways = Self.waysNeeded(index)
        if ways > attempts.ways {
            attempts.begin(anewWith: ways, doors: newDoors.count)
        } else {
            attempts.renumberDoors(newNumbers, count: newDoors.count)
        }
        findNextExpiry()
    }

    /// Lets one more destination count at doors without a target.
    package mutating func addLocalAddress(_ address: IPAddress) {
        localAddresses.insert(address)
    }

    /// Tells of all attempts in progress, door by door, the oldest first.
    package func forEachAttempt(_ body: (_ stage: Int, _ door: Int, _ source: IPAddress) -> Void) {
        for door in doors.indices {
            var next = attempts.oldest(at: door)
            while let slot = next {
                let attempt = attempts[slot]
                body(attempt.stage, door, attempt.source)
                next = attempts.later(than: slot)
            }
        }
    }

    /// Judges one packet that arrived at this host.
    package mutating func receive(_ packet: Packet, at now: Milliseconds, _ report: (Outcome) -> Void) {
        let knock = Knock(packet)
        let concerned = index[knock]
        let isLocal = isLocal(packet.destination)
        let isKnock = concerned?.occursIn.contains { sees(index.doors[$0], packet, isLocal) } ?? false
        guard isKnock || strictDoors.contains(where: { sights[$0].minds(packet, isLocal: isLocal) }) else { return }
        if now >= nothingExpiresBefore { expire(at: now, report) }

        // First what has begun, then what begins: a new attempt may take the place of an old one.
        let range = attempts.slots(for: packet.source)
        if !judged.isEmpty { judged.removeAll(keepingCapacity: true) }
        var next = attempts.slot(of: packet.source, in: range)
        while let slot = next {
            let door = attempts.door(of: slot)
            if isKnock, sees(door, packet, isLocal) {
                if sights[door].isStrict {
                    judgeStrictly(knock, slot, now: now, report)
                } else {
                    judged.append(door)
                    judge(knock, slot, now: now, report)
                }
            } else if sights[door].minds(packet, isLocal: isLocal) {
                miss(slot, by: knock, report)
            }
            next = attempts.slot(of: packet.source, in: slot + 1..<range.upperBound)
        }
        if !advanced.isEmpty || !finished.isEmpty { endSuperfluous(packet.source, in: range) }
        for place in concerned?.begins ?? 0..<0 {
            let door = index.doors[place]
            if !judged.contains(door), sees(door, packet, isLocal) {
                begin(door, packet.source, in: range, now: now, report)
            }
        }
    }

    private mutating func isLocal(_ destination: IPAddress) -> Bool {
        if let latestLocal, latestLocal.low == destination.low, latestLocal.high == destination.high { return true }
        guard localAddresses.contains(destination) else { return false }
        latestLocal = destination
        return true
    }

    private func sees(_ door: Int, _ packet: Packet, _ isLocal: Bool) -> Bool {
        sights[door].blindness(to: packet, isLocal: isLocal) == nil
    }

    private mutating func begin(
        _ door: Int, _ source: IPAddress, in range: Range<Int>, now: Milliseconds, _ report: (Outcome) -> Void
    ) {
        if doors[door].sequence.count == 1 {
            report(.completed(door: door, source: source))
        } else {
            attempts.begin(source, at: door, in: range, now: now)
            willExpire(door, now: now)
            report(.stage(1, door: door, source: source))
        }
    }

    /// One knock against one attempt at a door that sees it.
    private mutating func judge(_ knock: Knock, _ slot: Int, now: Milliseconds, _ report: (Outcome) -> Void) {
        let attempt = attempts[slot]
        let (door, stage) = (attempts.door(of: slot), attempt.stage)
        let knocks = doors[door].sequence.knocks
        if knock == knocks[stage] {
            if stage + 1 == knocks.count {
                attempts.remove(slot)
                report(.completed(door: door, source: attempt.source))
            } else {
                attempts.advance(slot)
                report(.stage(stage + 1, door: door, source: attempt.source))
            }
        } else if knock == knocks[stage - 1] {
            return
        } else if knock == knocks[0] {
            attempts.restart(slot, now: now)
            report(.stage(1, door: door, source: attempt.source))
        } else {
            reset(slot, by: knock, report)
        }
    }

    /// One knock against one attempt at a strict door that sees it.
    private mutating func judgeStrictly(
        _ knock: Knock, _ slot: Int, now: Milliseconds, _ report: (Outcome) -> Void
    ) {
        let attempt = attempts[slot]
        let (door, stage) = (attempts.door(of: slot), attempt.stage)
        let knocks = doors[door].sequence.knocks
        if knock == knocks[stage] {
            if stage + 1 == knocks.count {
                judged.append(door)
                finished.append(door)
                attempts.remove(slot)
                report(.completed(door: door, source: attempt.source))
            } else {
                attempts.advance(slot)
                advanced.append(slot)
                report(.stage(stage + 1, door: door, source: attempt.source))
            }
        } else if knock != knocks[stage - 1] {
            miss(slot, by: knock, report)
        } else if stage == 1 {
            // It may be the owner's first knock, after another's in his name: his time begins now.
            judged.append(door)
            attempts.restart(slot, now: now)
        } else {
            attempts.forgive(slot)
        }
    }

    /// Ends what the packet in hand has made superfluous at strict doors: of two attempts at one stage, the one that has
    /// been there before; and all that are left where one has come to its end.
    private mutating func endSuperfluous(_ source: IPAddress, in range: Range<Int>) {
        for slot in advanced { attempts.removeOthers(like: slot, in: range) }
        advanced.removeAll(keepingCapacity: true)
        for door in finished { attempts.removeAll(of: source, at: door, in: range) }
        finished.removeAll(keepingCapacity: true)
    }

    /// One wrong packet against one attempt.
    private mutating func miss(_ slot: Int, by knock: Knock, _ report: (Outcome) -> Void) {
        if attempts.miss(slot) > sights[attempts.door(of: slot)].tolerance { reset(slot, by: knock, report) }
    }

    private mutating func reset(_ slot: Int, by knock: Knock, _ report: (Outcome) -> Void) {
        let (attempt, door) = (attempts[slot], attempts.door(of: slot))
        attempts.remove(slot)
        report(.reset(stage: attempt.stage, by: knock, door: door, source: attempt.source))
    }

    private mutating func willExpire(_ door: Int, now: Milliseconds) {
        nothingExpiresBefore = min(nothingExpiresBefore, now + doors[door].timeout)
    }

    /// Ends the attempts whose time is up.
    package mutating func expire(at now: Milliseconds, _ report: (Outcome) -> Void) {
        for door in doors.indices {
            while let slot = attempts.oldest(at: door), now - attempts[slot].began >= doors[door].timeout {
                let attempt = attempts[slot]
                attempts.remove(slot)
                report(.timedOut(stage: attempt.stage, door: door, source: attempt.source))
            }
        }
        findNextExpiry()
    }

    private mutating func findNextExpiry() {
        nothingExpiresBefore =
            doors.indices.compactMap { door in
                attempts.oldest(at: door).map { attempts[$0].began + doors[door].timeout }
            }.min() ?? .max
    }

    /// When to call `expire` next; nil while there is no attempt. It may come too early, never too late.
    package var nextExpiry: Milliseconds? {
        attempts.count == 0 ? nil : nothingExpiresBefore
    }
}
