package import Base
package import Packets

/// The classic knock: follows the progress of every source at every door, packet by packet.
///
/// A packet is compared with an attempt in this order. The knock of the next stage advances the attempt. A repeat of
/// the knock just accepted is ignored, as a retransmission. The first knock of the sequence restarts the attempt at
/// Stage 1. Any other knock of any door's sequence resets it. A packet can begin an attempt at one door while it
/// advances another. A packet that a door does not see changes nothing at that door, unless the door is strict.
///
/// At a strict door any other initial SYN or datagram to this host is a wrong packet too. But an attempt survives a few
/// wrong packets between two knocks (`SequenceDoor.tolerance`), since anybody can forge them with the owner's address.
/// For the same reason a first knock does not restart an attempt there: it begins another one beside those that are
/// further on. A source has one attempt at each stage, the youngest. So the door opens if, and only if, the packets of
/// a source contain the sequence with no more wrong packets between two knocks than the tolerance; a repeat of the
/// knock just accepted is treated as that knock. The first attempt that completes the sequence ends the others.
package struct SequenceMatcher: ~Copyable {
    /// An effect of a packet, or of time. Doors are numbered as in `doors`.
    package enum Outcome: Equatable, Sendable {
        /// A knock other than the last was accepted.
        case stage(Int, door: Int, source: IPAddress)
        /// The last knock was accepted, and the attempt is removed.
        case completed(door: Int, source: IPAddress)
        /// An attempt at this stage exceeded the door's time.
        case timedOut(stage: Int, door: Int, source: IPAddress)
        /// A wrong knock ended an attempt at this stage.
        case reset(stage: Int, by: Knock, door: Int, source: IPAddress)

        /// The number of the door.
        package var door: Int {
            switch self {
            case .stage(_, let door, _), .completed(let door, _), .timedOut(_, let door, _), .reset(_, _, let door, _):
                door
            }
        }

        /// The address that knocked.
        package var source: IPAddress {
            switch self {
            case .stage(_, _, let source), .completed(_, let source), .timedOut(_, _, let source),
                .reset(_, _, _, let source):
                source
            }
        }

        /// The stage that the attempt had reached; nil if it is complete.
        package var stage: Int? {
            switch self {
            case .stage(let stage, _, _), .timedOut(let stage, _, _), .reset(let stage, _, _, _): stage
            case .completed: nil
            }
        }
    }

    /// The doors, in the order of the configuration.
    package private(set) var doors: [SequenceDoor]
    /// The part of each door that decides whether it sees a packet.
    private var sights: [SequenceDoor.Sight]
    private var localAddresses: Set<IPAddress>
    /// The local address to which the last packet was sent, since the next packet is usually for it too.
    private var latestLocal: IPAddress?
    private var index: KnockIndex
    private var strictDoors: [Int]
    private var attempts: AttemptTable
    /// The doors at which the current packet begins no attempt; kept to reuse its memory.
    private var judged: [Int] = []
    /// The attempts at strict doors that the current packet advanced; kept to reuse its memory.
    private var advanced: [AttemptTable.Slot] = []
    /// The strict doors at which the current packet completed an attempt; kept to reuse its memory.
    private var finished: [Int] = []
    /// No attempt expires before this moment, so that a packet need not check every door.
    private var nothingExpiresBefore = Milliseconds.max

    /// - Parameters:
    ///   - doors: at most 65,535.
    ///   - localAddresses: the destinations that are valid at doors without a target.
    ///   - hash: keyed with secret random bytes.
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

    /// The number of attempts of one source for which these doors need room.
    static func waysNeeded(_ index: KnockIndex) -> Int {
        var ways = KnocksLimits.attemptsOfSource
        while ways < 2 * index.mostDoorsOfOneKnock { ways *= 2 }
        return ways
    }

    /// Replaces the doors and addresses.
    ///
    /// Attempts at unchanged doors go on; those at removed or changed doors are removed without a report. Among several
    /// equal doors the first stays the first. If more doors share a knock than the table's sets have room for, all
    /// attempts are removed.
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

    /// Adds a valid destination for doors without a target.
    package mutating func addLocalAddress(_ address: IPAddress) {
        localAddresses.insert(address)
    }

    /// Calls `body` for each attempt in progress, door by door, the oldest first.
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

        // Existing attempts first: a new attempt may replace an old one.
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

    /// Applies a knock to an attempt at a door that sees it.
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

    /// Applies a knock to an attempt at a strict door that sees it.
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
            // This may be the owner's first knock after a forged one, so the attempt's time begins now.
            judged.append(door)
            attempts.restart(slot, now: now)
        } else {
            attempts.forgive(slot)
        }
    }

    /// Removes the attempts at strict doors that the current packet made superfluous: of two attempts at one stage the
    /// older one, and all attempts that are left at a door where one is complete.
    private mutating func endSuperfluous(_ source: IPAddress, in range: Range<Int>) {
        for slot in advanced { attempts.removeOthers(like: slot, in: range) }
        advanced.removeAll(keepingCapacity: true)
        for door in finished { attempts.removeAll(of: source, at: door, in: range) }
        finished.removeAll(keepingCapacity: true)
    }

    /// Counts a wrong packet against an attempt, and resets it beyond the tolerance.
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

    /// Ends the attempts whose time is over.
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

    /// When to call `expire` next; nil while there is no attempt. May be too early, never too late.
    package var nextExpiry: Milliseconds? {
        attempts.count == 0 ? nil : nothingExpiresBefore
    }
}
