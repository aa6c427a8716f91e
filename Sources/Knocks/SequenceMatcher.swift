package import Linux
package import Packets

/// The classic knock: follows every source's progress at every door, packet by packet.
///
/// One packet against one attempt, in this order: what fits the next stage advances; what equals the knock just
/// accepted is ignored (a retransmission); the first knock of the sequence restarts it as Stage 1; any other knock of
/// any door's sequence resets it. A packet can begin an attempt at one door while it advances another. A packet that a
/// door does not see changes nothing at that door.
package struct SequenceMatcher {
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

    /// Attempts that fit at once unless told otherwise: 10 MiB of address space, taken as it is used.
    package static let capacity = 262_144
    /// What one source can have at once, when no knock begins more than half as many doors.
    private static let ways = 16

    /// The doors that one knock concerns.
    private struct Concerned {
        /// Doors whose sequence it begins.
        var begins: [Int] = []
        /// Doors whose sequence has it anywhere.
        var occursIn: [Int] = []
    }

    /// The doors, in the order of the configuration.
    package let doors: [SequenceDoor]
    private let localAddresses: Set<IPAddress>
    private var concerned: [Knock: Concerned] = [:]
    private var attempts: AttemptTable
    /// No attempt's time is up before this moment, so that a packet need not ask every door.
    private var nothingExpiresBefore = Milliseconds.max
    /// First knocks for which there was no room, since the start.
    package private(set) var crowdedOut = 0

    /// - Parameters:
    ///   - doors: at most 65,535.
    ///   - localAddresses: the destinations that count at doors without a target.
    ///   - hash: keyed with random bytes that nobody else knows.
    package init(
        doors: [SequenceDoor], localAddresses: Set<IPAddress>, capacity: Int = Self.capacity, hash: SipHash
    ) {
        self.doors = doors
        self.localAddresses = localAddresses
        for (number, door) in doors.enumerated() {
            concerned[door.sequence.first, default: Concerned()].begins.append(number)
            for knock in Set(door.sequence.knocks) {
                concerned[knock, default: Concerned()].occursIn.append(number)
            }
        }
        var ways = Self.ways
        while ways < 2 * (concerned.values.map(\.occursIn.count).max() ?? 0) { ways *= 2 }
        attempts = AttemptTable(capacity: capacity, ways: ways, doors: doors.count, hash: hash)
    }

    /// How many attempts are in progress.
    package var attemptCount: Int { attempts.count }

    /// Judges one packet that arrived at this host.
    package mutating func receive(_ packet: Packet, at now: Milliseconds, _ report: (Outcome) -> Void) {
        let knock = Knock(packet)
        guard let concerned = concerned[knock],
            concerned.occursIn.contains(where: { doors[$0].sees(packet, localAddresses: localAddresses) })
        else { return }
        if now >= nothingExpiresBefore { expire(at: now, report) }

        // First what has begun, then what begins: a new attempt may take the place of an old one.
        let range = attempts.slots(for: packet.source)
        var judged: Set<Int> = []
        for slot in range {
            let attempt = attempts[slot]
            let door = Int(attempt.door)
            guard attempt.stage != 0, attempt.source == packet.source,
                doors[door].sees(packet, localAddresses: localAddresses)
            else { continue }
            judged.insert(door)
            judge(knock, slot, now: now, report)
        }
        for door in concerned.begins
        where !judged.contains(door) && doors[door].sees(packet, localAddresses: localAddresses) {
            begin(door, packet.source, in: range, now: now, report)
        }
    }

    private mutating func begin(
        _ door: Int, _ source: IPAddress, in range: Range<Int>, now: Milliseconds, _ report: (Outcome) -> Void
    ) {
        if doors[door].sequence.count == 1 {
            report(.completed(door: door, source: source))
        } else if attempts.begin(source, at: door, in: range, now: now) {
            willExpire(door, now: now)
            report(.stage(1, door: door, source: source))
        } else {
            crowdedOut += 1
        }
    }

    /// One knock against one attempt at a door that sees it.
    private mutating func judge(_ knock: Knock, _ slot: Int, now: Milliseconds, _ report: (Outcome) -> Void) {
        let attempt = attempts[slot]
        let (door, stage) = (Int(attempt.door), Int(attempt.stage))
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
            attempts.remove(slot)
            report(.reset(stage: stage, by: knock, door: door, source: attempt.source))
        }
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
                report(.timedOut(stage: Int(attempt.stage), door: door, source: attempt.source))
            }
        }
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
