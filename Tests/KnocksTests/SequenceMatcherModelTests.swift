import Base
@testable import Knocks
import Packets
import TestSupport
import Testing

/// The rules once more, as plainly as they can be written: a dictionary, and every door asked for every packet.
private struct Model {
    struct Key: Hashable {
        let source: IPAddress
        let door: Int
    }

    struct Attempt {
        var stage: Int
        var began: Milliseconds
        /// Wrong packets since the knock accepted last.
        var misses = 0
    }

    var doors: [SequenceDoor]
    let local: Set<IPAddress>
    /// At a door that is not strict one at most, else at most one a stage.
    var attempts: [Key: [Attempt]] = [:]
    /// The widest that the matcher's sets have been needed.
    private var ways: Int

    init(doors: [SequenceDoor], local: Set<IPAddress>) {
        (self.doors, self.local, ways) = (doors, local, Self.waysNeeded(doors))
    }

    private static func waysNeeded(_ doors: [SequenceDoor]) -> Int {
        SequenceMatcher.waysNeeded(KnockIndex(doors.map(\.sequence)))
    }

    var count: Int { attempts.values.map(\.count).reduce(0, +) }

    func sees(_ door: SequenceDoor, _ packet: Packet) -> Bool {
        guard packet.vlan == door.vlan else { return false }
        let isForDoor = door.target.map { $0 == packet.destination } ?? local.contains(packet.destination)
        guard case .tcp(let flags) = packet.transport else { return isForDoor }
        let lacksNone = door.flagRule.required.subtracting(flags).isEmpty
        let begins = flags.contains(.syn) && flags.isDisjoint(with: [.ack, .rst, .fin])
        let canBegin = door.flagRule.required.isSubset(of: .syn) && !door.flagRule.forbidden.contains(.syn)
        if door.isStrict, canBegin, !begins { return false }
        let hasNoForbidden = door.flagRule.forbidden.intersection(flags).isEmpty
        return isForDoor && lacksNone && hasNoForbidden
    }

    /// Whether a strict door is disturbed by the packet if it is not the knock that fits.
    func minds(_ door: SequenceDoor, _ packet: Packet) -> Bool {
        guard door.isStrict, packet.vlan == door.vlan else { return false }
        guard local.contains(packet.destination) || door.target == packet.destination else { return false }
        guard case .tcp(let flags) = packet.transport else { return true }
        return flags.contains(.syn) && !flags.contains(.ack) && !flags.contains(.rst) && !flags.contains(.fin)
    }

    /// Takes up other doors: each attempt goes on at the door that is the same, and has as many like it before it. Where the
    /// sets become too small for the doors, all are forgotten.
    mutating func replace(_ newDoors: [SequenceDoor]) {
        let needed = Self.waysNeeded(newDoors)
        defer { ways = max(ways, needed) }
        if needed > ways {
            (attempts, doors) = ([:], newDoors)
            return
        }
        func before(_ number: Int, _ doors: [SequenceDoor]) -> Int { doors[..<number].count { $0 == doors[number] } }
        var kept: [Key: [Attempt]] = [:]
        for (key, some) in attempts {
            let new = newDoors.indices.first {
                newDoors[$0] == doors[key.door] && before($0, newDoors) == before(key.door, doors)
            }
            if let new { kept[Key(source: key.source, door: new)] = some }
        }
        (attempts, doors) = (kept, newDoors)
    }

    mutating func expire(at now: Milliseconds) -> [SequenceMatcher.Outcome] {
        var outcomes: [SequenceMatcher.Outcome] = []
        for (key, some) in attempts {
            for attempt in some where now >= attempt.began + doors[key.door].timeout {
                outcomes.append(.timedOut(stage: attempt.stage, door: key.door, source: key.source))
            }
            attempts[key] = some.filter { now < $0.began + doors[key.door].timeout }
        }
        return outcomes
    }

    mutating func receive(_ packet: Packet, at now: Milliseconds) -> [SequenceMatcher.Outcome] {
        let knock = Knock(packet)
        let isKnock = doors.contains { $0.sequence.knocks.contains(knock) && sees($0, packet) }
        guard isKnock || doors.contains(where: { minds($0, packet) }) else { return [] }
        var outcomes = expire(at: now)
        for (number, door) in doors.enumerated() {
            let key = Key(source: packet.source, door: number)
            let (sees, minds) = (sees(door, packet), minds(door, packet))
            let isWrong = minds || sees && isKnock
            let (seen, wrong) = (sees ? knock : nil, isWrong ? knock : nil)
            outcomes +=
                door.isStrict
                ? judgeStrictly(key, door.sequence.knocks, seen, wrong, now)
                : judgeLoosely(key, door.sequence.knocks, seen, wrong, now)
        }
        return outcomes
    }

    /// - Parameters:
    ///   - knock: nil where the door does not see it.
    ///   - wrong: the same where it ends an attempt, unless it fits; nil if it does not.
    private mutating func judgeLoosely(
        _ key: Key, _ knocks: [Knock], _ knock: Knock?, _ wrong: Knock?, _ now: Milliseconds
    ) -> [SequenceMatcher.Outcome] {
        let attempt = attempts[key]?.first
        let stage = attempt?.stage ?? 0
        if knocks[stage] == knock {
            if stage + 1 == knocks.count {
                attempts[key] = nil
                return [.completed(door: key.door, source: key.source)]
            }
            attempts[key] = [Attempt(stage: stage + 1, began: attempt?.began ?? now)]
            return [.stage(stage + 1, door: key.door, source: key.source)]
        }
        if stage > 0, knocks[stage - 1] == knock { return [] }
        if knocks[0] == knock {
            attempts[key] = [Attempt(stage: 1, began: now)]
            return [.stage(1, door: key.door, source: key.source)]
        }
        guard stage > 0, let wrong else { return [] }
        attempts[key] = nil
        return [.reset(stage: stage, by: wrong, door: key.door, source: key.source)]
    }

    private mutating func judgeStrictly(
        _ key: Key, _ knocks: [Knock], _ knock: Knock?, _ wrong: Knock?, _ now: Milliseconds
    ) -> [SequenceMatcher.Outcome] {
        var outcomes: [SequenceMatcher.Outcome] = []
        var (stayed, advanced): ([Int: Attempt], [Int: Attempt]) = ([:], [:])
        var (isOpen, begins) = (false, knocks[0] == knock)
        for var attempt in attempts[key] ?? [] {
            let stage = attempt.stage
            if knocks[stage] == knock {
                isOpen = isOpen || stage + 1 == knocks.count
                advanced[stage + 1] = Attempt(stage: stage + 1, began: attempt.began)
                if stage + 1 < knocks.count { outcomes.append(.stage(stage + 1, door: key.door, source: key.source)) }
                continue
            }
            if knocks[stage - 1] == knock {
                attempt.misses = 0
                if stage == 1 {
                    attempt.began = now
                    begins = false
                }
            } else if let wrong {
                attempt.misses += 1
                if attempt.misses > (knocks.count > 2 ? 16 : 0) {
                    outcomes.append(.reset(stage: stage, by: wrong, door: key.door, source: key.source))
                    continue
                }
            }
            stayed[stage] = attempt
        }
        attempts[key] = Array(stayed.merging(advanced) { $1 }.values)
        if begins, !isOpen {
            if knocks.count == 1 {
                isOpen = true
            } else {
                attempts[key]?.append(Attempt(stage: 1, began: now))
                outcomes.append(.stage(1, door: key.door, source: key.source))
            }
        }
        if isOpen {
            attempts[key] = nil
            outcomes.append(.completed(door: key.door, source: key.source))
        }
        return outcomes
    }

    var nextExpiry: Milliseconds? {
        attempts.flatMap { key, some in some.map { $0.began + doors[key.door].timeout } }.min()
    }
}

struct SequenceMatcherModelTests {
    private static let sources = ["198.18.1.2", "198.18.1.3", "fd00:198:18:1::2"].map(address)
    private static let hosts = [server, server, server, "fd00:198:18:1::1", "203.0.113.5", "203.0.113.6"]
    private static let flags: [TCPFlags] = [.syn, .syn, .syn, [.syn, .ack], .ack, .rst, []]
    private static let rules = [
        TCPFlagRule(), TCPFlagRule(required: .syn), TCPFlagRule(required: .syn, forbidden: .ack),
        TCPFlagRule(forbidden: .syn),
    ]

    /// Few ports, so that doors share them and sequences repeat them.
    private func randomKnock(_ random: inout SeededGenerator) -> Knock {
        Knock(random.oneIn(4) ? .udp : .tcp, UInt16.random(in: 1...4, using: &random))
    }

    private func randomDoor(_ random: inout SeededGenerator) -> SequenceDoor {
        let knocks = (0..<Int.random(in: 1...5, using: &random)).map { _ in randomKnock(&random) }
        return door(
            knocks: knocks, flags: Self.rules[Int.random(in: 0..<4, using: &random)],
            timeout: [0, 10, 40, 200, 100_000][Int.random(in: 0..<5, using: &random)],
            target: random.oneIn(4) ? "203.0.113.5" : nil, isStrict: random.oneIn(3), vlan: random.oneIn(4) ? 5 : nil)
    }

    private func randomPacket(_ doors: [SequenceDoor], _ attempts: Model, _ random: inout SeededGenerator) -> Packet {
        let source = Self.sources[Int.random(in: 0..<3, using: &random)]
        let host = Self.hosts[Int.random(in: 0..<Self.hosts.count, using: &random)]
        let number = Int.random(in: 0..<doors.count, using: &random)
        let knocks = doors[number].sequence.knocks
        let stage = attempts.attempts[Model.Key(source: source, door: number)]?.map(\.stage).max() ?? 0
        // Mostly what some door waits for, or sequences would hardly ever come to their ends.
        let knock = random.oneIn(3) ? randomKnock(&random) : knocks[stage]
        let flags = Self.flags[Int.random(in: 0..<Self.flags.count, using: &random)]
        let packet =
            knock.transport == .udp
            ? udp(knock.port, from: source, to: host) : tcp(knock.port, flags, from: source, to: host)
        let vlan = random.oneIn(5) ? 5 : doors[number].vlan
        return vlan.map { tagged($0, packet) } ?? packet
    }

    /// The same doors in another order, some of them left out, doubled or changed.
    private func changed(_ doors: [SequenceDoor], _ random: inout SeededGenerator) -> [SequenceDoor] {
        var result = doors.shuffled(using: &random)
        if random.oneIn(3), result.count > 1 { result.removeLast() }
        if random.oneIn(3) { result.append(result[0]) }
        if random.oneIn(3) { result[0] = randomDoor(&random) }
        return result
    }

    @Test func theMatcherAgreesWithASlowModel() {
        var random = SeededGenerator.announced()
        var (stages, completions, timeouts, resets) = (0, 0, 0, 0)
        for _ in 0..<40 {
            var doors = (0..<Int.random(in: 1...6, using: &random)).map { _ in randomDoor(&random) }
            let matcher = matcher(doors, capacity: 65536)
            var model = Model(doors: doors, local: [address(server), address("fd00:198:18:1::1")])
            var now: Milliseconds = 1_000_000
            for _ in 0..<250 {
                now += Milliseconds.random(in: 0...8, using: &random)
                if random.oneIn(20) {
                    doors = changed(doors, &random)
                    matcher.replace(doors)
                    model.replace(doors)
                }
                let isTimer = random.oneIn(10)
                let packet = randomPacket(doors, model, &random)
                let actual = sorted(isTimer ? matcher.expire(at: now) : matcher.receive(packet, at: now))
                let expected = sorted(isTimer ? model.expire(at: now) : model.receive(packet, at: now))
                guard actual == expected, matcher.attemptCount == model.count,
                    (matcher.nextExpiry == nil) == (model.nextExpiry == nil),
                    matcher.nextExpiry ?? 0 <= model.nextExpiry ?? 0
                else {
                    Issue.record(
                        "\(isTimer ? "time" : "\(packet)") at \(now): \(actual), not \(expected), for \(doors)")
                    return
                }
                stages += actual.count { $0.hasPrefix("stage") }
                completions += actual.count { $0.hasPrefix("completed") }
                timeouts += actual.count { $0.hasPrefix("timedOut") }
                resets += actual.count { $0.hasPrefix("reset") }
            }
        }
        // All that can happen has happened.
        #expect(stages > 100 && completions > 100 && timeouts > 100 && resets > 100)
    }

    /// Outcomes of one packet come in no promised order.
    private func sorted(_ outcomes: [SequenceMatcher.Outcome]) -> [String] {
        outcomes.isEmpty ? [] : outcomes.map { "\($0)" }.sorted()
    }
}
