import Base
import Doors
import Keys
import Packets
import TestSupport
import Testing

/// A firewall, as commands change it: what each stop command would close.
private final class Firewall {
    /// By stop command the start commands that have run since it last succeeded.
    var open: [String: Set<String>] = [:]
    /// As iptables: each start puts one more rule there, each stop takes one away. By stop command; nil is a set.
    var rules: [String: Int]?

    func started(_ commands: OpeningCommands) {
        open[commands.stop, default: []].insert(commands.start)
        rules?[commands.stop, default: 0] += 1
    }

    func stopped(_ commands: OpeningCommands) {
        rules?[commands.stop, default: 0] -= 1
        if rules?[commands.stop] ?? 0 <= 0 { flush(commands) }
    }

    func flush(_ commands: OpeningCommands) {
        open[commands.stop] = nil
        rules?[commands.stop] = 0
    }

    func isOpen(_ commands: OpeningCommands) -> Bool {
        if let rules { return rules[commands.stop] ?? 0 > 0 }
        return open[commands.stop]?.contains(commands.start) ?? false
    }
}

/// A random Doorkeeper: knocks, closes and revocations come, commands end in every way, the firewall is flushed, doors are
/// changed, and time passes, in any order. It does what the steps say, and sees whether the promises are kept.
private struct Walk {
    private enum Command: Equatable {
        case start(Opening)
        case stop(Opening)

        var opening: Opening {
            switch self {
            case .start(let opening), .stop(let opening): opening
            }
        }
    }

    var random: SeededGenerator
    var now: Milliseconds = 1000
    var openDoors = OpenDoors()
    let firewall = Firewall()
    /// By the opening's key at the time when it began.
    private var running: [Command] = []
    private var cutOff: Set<OpeningKey> = []
    private var checks: [Opening] = []
    private var toTakeBack: [Opening] = []
    var recorded: [OpeningKey: Opening] = [:]
    var counts: [String: Int] = [:]
    var doors: [Door] = []
    let holders: [[Holder]]
    let addresses = (1...4).map { IPAddress(ipv4: 0xC612_0100 + $0) }
    private let keys: [KeyName]
    private let arePlain: Bool
    /// What has happened, by stop command, for whoever has to find out why.
    private var story: [String: [String]] = [:]

    /// - Parameter countsRules: whether the firewall does, as iptables; all doors have checks then.
    init(seed: UInt64, countsRules: Bool) throws {
        random = SeededGenerator(seed: seed)
        arePlain = seed % 2 == 0
        firewall.rules = countsRules ? [:] : nil
        keys = try ["k1", "k2", "k3"].map(Sample.key)
        let all = keys.map(Holder.key)
        holders = [[.sequence, all[0], all[1]], [.sequence] + all, [all[0]], [.sequence], [.sequence] + all]
        openDoors.keyCount = 3
        doors = try (0..<5).map { try door($0, version: 0) }
    }

    /// Doors `a`, `b` and `e` have one stop command for an address; `c` tells keys apart; `d` stops for all addresses.
    private func door(_ number: Int, version: Int) throws -> Door {
        let (keys, name) = (keys, ["a", "b", "c", "d", "e"][number])
        let start = try #require(
            ActionTemplate(
                number == 3 ? "open d \(version)" : "open \(name) \(version) %IP%\(number == 2 ? " %KEY%" : "")"))
        let stops = ["close %IP%", "close %IP%", "close c %IP% %KEY%", "close all", "close %IP%"]
        let stop = try #require(ActionTemplate(stops[number] + (version == 0 ? "" : " \(version)")))
        let asks = number == 0 || firewall.rules != nil
        let check = asks ? ActionTemplate(number == 3 ? "check all" : "check %IP%") : nil
        // Of commands whose words do not say all that they do each is run.
        let actions = Door.Actions(start: start, stop: stop, check: check, isPlain: arePlain)
        let listed: [SignedDoor.Keys?] = [.named([keys[0], keys[1]]), .all, .named([keys[0]]), nil, .all]
        let reknock: [Door.Reknock] = [.auto, .rerun, .extend, .auto, .auto]
        return try Sample.door(
            name, hasSequence: number != 2,
            signed: listed[number].map {
                SignedDoor(keys: $0, addressRule: .observed, delegates: [], longest: 1_000_000)
            }, actions: actions, actionsIPv6: actions, openFor: [5000, 8000, 4000, 3000, 6000][number],
            reknock: reknock[number], maxOpenings: [2, 4, 3, 4, 3][number])
    }

    private mutating func tell(_ what: String, _ opening: Opening) {
        let rules = firewall.rules.map { ", rules \($0[opening.commands.stop] ?? 0)" } ?? ""
        story[opening.commands.stop, default: []].append("\(now) \(what) \(opening.key)\(rules)")
    }

    private func history(of stop: String) -> String { story[stop, default: []].suffix(30).joined(separator: "\n") }

    private mutating func count(_ what: String) { counts[what, default: 0] += 1 }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func run(steps: Int) throws {
        for _ in 0..<steps {
            switch Int.random(in: 0..<40, using: &random) {
            case 0..<12: knock()
            case 12..<15: close()
            case 15..<25: endCommand(succeeds: !chance(5))
            case 25..<28: endCheck()
            case 28: revoke()
            case 29 where chance(8): openDoors.makeAllDue(at: now)
            case 30 where chance(4): try changeDoor()
            case 31 where chance(4): perform(openDoors.retryAll())
            default: now += Milliseconds.random(in: 0...900, using: &random)
            }
            pass()
            try check()
        }
        finish()
    }

    private mutating func pass() {
        let waiting = toTakeBack
        toTakeBack = []
        for opening in waiting {
            if chance(2) {
                count("takenBack")
                perform(openDoors.takenBack(opening.key, now: now))
            } else {
                count("noRoom")
                perform(openDoors.hasNoRoom(opening.key, for: openDoors.starter(of: opening), now: now))
            }
        }
        perform(openDoors.due(at: now))
        perform(openDoors.retriesDue(at: now))
        if let next = openDoors.nextDeadline, next <= now { Issue.record("a deadline of \(next) at \(now) stays") }
    }

    // MARK: What happens

    private mutating func knock() {
        let number = Int.random(in: 0..<doors.count, using: &random)
        let door = doors[number]
        guard let address = addresses.randomElement(using: &random), let actions = door.actions,
            let holder = holders[number].randomElement(using: &random)
        else { return }
        var proof = Proof(of: .sequence, at: door, address: address)
        if case .key(let name) = holder {
            let generation = GenerationID(high: 1, low: UInt64.random(in: 1...3, using: &random))
            proof = Proof(
                of: .key(name), generation: generation, at: door, address: address,
                openFor: ([nil, 500, 20_000] as [Milliseconds?]).randomElement(using: &random) ?? nil)
        }
        switch openDoors.knock(proof, at: door, actions, now: now) {
        case .begin(let opening):
            count("begun")
            begin(opening)
        case .startAgain(let opening):
            count("again")
            if chance(6) {
                openDoors.notStarted(opening.key)
            } else {
                begin(opening)
            }
        case .extend(let opening): perform([.record(opening)])
        case .check(let opening): perform([.record(opening), .check(opening)])
        case .stopFirst(let opening):
            count("stopFirst")
            perform([.stop(opening)])
        case .endStart(let opening):
            count("endStart")
            perform([.record(opening), .endStart(opening)])
        case .wait: count("wait")
        case .full: count("full")
        case .commandTooLong: Issue.record("the commands are short")
        }
    }

    private mutating func begin(_ opening: Opening) {
        if chance(20) {
            // It cannot be recorded.
            if opening.startFailed { return openDoors.notStarted(opening.key) }
            guard let steps = openDoors.giveUp(opening.key, now: now) else {
                recorded[opening.key] = nil
                return openDoors.abandon(opening.key)
            }
            recorded[opening.key] = opening
            return perform(steps)
        }
        recorded[opening.key] = opening
        perform(openDoors.readyToStart(opening.key, now: now))
    }

    private mutating func close() {
        let number = Int.random(in: 0..<doors.count, using: &random)
        guard let address = addresses.randomElement(using: &random),
            let holder = holders[number].randomElement(using: &random)
        else { return }
        for outcome in openDoors.close(doors[number].identity, for: address, by: holder, now: now) {
            count("closed")
            perform(outcome.steps)
        }
    }

    private mutating func revoke() {
        let generation = GenerationID(high: 1, low: UInt64.random(in: 1...3, using: &random))
        for outcome in openDoors.end(now: now, holdsWhere: { $1.generation == generation }) {
            count("revoked")
            perform(outcome.steps)
        }
        for opening in openDoors.all where opening.phase != .closing {
            let isHeld = opening.holds.contains { $0.generation == generation && ($0.awaitsStart || $0.deadline > now) }
            #expect(!isHeld, "a revoked generation holds it still")
        }
    }

    private mutating func changeDoor() throws {
        let number = Int.random(in: 0..<doors.count, using: &random)
        doors[number] = try door(number, version: Int.random(in: 0...1, using: &random))
        count("changed")
    }

    private mutating func endCommand(succeeds: Bool) {
        guard let command = running.randomElement(using: &random) else { return }
        end(command, succeeds: succeeds)
    }

    private mutating func end(_ command: Command, succeeds: Bool) {
        running.removeAll { $0 == command }
        let opening = command.opening
        defer { tell(succeeds ? "succeeded" : "failed", opening) }
        switch command {
        case .start:
            // A start that fails, or is cut off, may have opened all the same.
            if succeeds || chance(2) { firewall.started(opening.commands) }
            let isCutOff = cutOff.remove(opening.key) != nil || chance(10)
            perform(openDoors.started(opening.key, isCutOff ? .cutOff : succeeds ? .succeeded : .failed, now: now))
        case .stop:
            // As `iptables -D` of what is not there.
            let succeeds = succeeds && (firewall.rules == nil || firewall.isOpen(opening.commands))
            if succeeds { firewall.stopped(opening.commands) } else { count("failed") }
            let outcome = openDoors.stopped(opening.key, succeeded: succeeds, now: now)
            if outcome.nextTry != nil { count("retried") }
            perform(outcome.steps)
        }
    }

    private mutating func endCheck() {
        guard let opening = checks.randomElement(using: &random) else { return }
        checks.removeAll { $0.key == opening.key }
        tell("answer", opening)
        // The firewall was reloaded, or the command could not tell.
        if firewall.isOpen(opening.commands), chance(3) { firewall.flush(opening.commands) }
        let answer = firewall.isOpen(opening.commands) ? OpenDoors.CheckAnswer.inPlace : .gone
        let isKnown = firewall.rules != nil || !chance(4)
        perform(openDoors.checked(opening.key, isKnown ? answer : .unknown, now: now).steps)
        count("checked")
    }

    // MARK: What follows

    private mutating func perform(_ steps: [OpeningStep]) {
        for step in steps {
            tell("\(step.label)", step.opening)
            switch step {
            case .record(let opening): recorded[opening.key] = opening
            case .begin(let opening): begin(opening)
            case .start(let opening):
                // It waits for a slot, and will be taken back, or there is none to wait for.
                if chance(30) { toTakeBack.append(opening) } else { run(.start(opening)) }
            case .check(let opening): checks.append(opening)
            case .endStart(let opening):
                if running.contains(where: { $0.opening.key == opening.key }) { cutOff.insert(opening.key) }
            case .stop(let opening): run(.stop(opening))
            case .over(let opening):
                #expect(openDoors[opening.key] == nil)
                recorded[opening.key] = nil
                count("ended")
            }
        }
    }

    private mutating func run(_ command: Command) {
        let opening = command.opening
        #expect(recorded[opening.key] != nil, "nothing acts before it is recorded")
        let others = running.filter { $0.opening.key == opening.key }
        #expect(others.isEmpty, "two commands of one opening at once")
        if case .start = command {
            let stops = running.contains {
                if case .stop(let other) = $0 { other.commands.stop == opening.commands.stop } else { false }
            }
            #expect(!stops, "a start runs beside the stop command that would undo it")
        }
        running.append(command)
        _ = openDoors.running(opening.key, nil)
    }

    // MARK: What must be true

    private func check() throws {
        #expect(Set(openDoors.all.map(\.key)) == Set(recorded.keys))
        for opening in openDoors.all {
            switch opening.phase {
            case .starting, .open: #expect(!opening.holds.isEmpty)
            case .closing: continue
            }
            if opening.phase == .open { #expect(opening.deadline > now, "its time is up") }
        }
        // What is open has somebody who will close it.
        let stops = Set(openDoors.all.map(\.commands.stop))
        for stop in firewall.open.keys {
            try #require(stops.contains(stop), "'\(stop)' is open, and nobody closes it:\n\(history(of: stop))")
        }
    }

    /// No more knocks: all that began must end, whatever has failed before.
    private mutating func finish() {
        for _ in 0..<60 {
            now += 1000
            openDoors.makeAllDue(at: now)
            pass()
            perform(openDoors.retryAll())
            while let command = running.first { end(command, succeeds: true) }
            while let opening = checks.popLast() {
                let answer = firewall.isOpen(opening.commands) ? OpenDoors.CheckAnswer.inPlace : .gone
                perform(openDoors.checked(opening.key, firewall.rules == nil ? .gone : answer, now: now).steps)
            }
        }
        #expect(openDoors.all.isEmpty, "\(openDoors.all.map { history(of: $0.commands.stop) })")
        #expect(recorded.isEmpty)
        #expect(firewall.open.isEmpty, "\(firewall.open), rules \(firewall.rules ?? [:])")
        for what in [
            "begun", "again", "stopFirst", "wait", "closed", "revoked", "changed", "failed", "retried", "checked",
        ] {
            #expect(counts[what] ?? 0 > 4, "\(what): \(counts)")
        }
        everyPlaceIsFree()
    }

    private mutating func everyPlaceIsFree() {
        let door = doors[2]
        guard let actions = door.actions, case .key(let name) = holders[2][0] else { return }
        for number in 1...door.maxOpenings {
            let proof = Proof(
                of: .key(name), generation: GenerationID(high: 1, low: 9), at: door,
                address: IPAddress(ipv4: 0xC612_0200 + UInt32(number)), openFor: nil)
            guard case .begin = openDoors.knock(proof, at: door, actions, now: now) else {
                Issue.record("place \(number) is not free")
                return
            }
        }
    }
}

struct OpenDoorsWalkTests {
    /// What opens is closed by a stop command that has succeeded, nothing runs beside what would undo it, no hold outlives its
    /// time or its generation, and every place is given back.
    @Test(arguments: [1, 2, 3, 17_941_515_910_155_096_763, UInt64.random(in: .min ... .max)])
    func anyOrderOfEventsKeepsThePromises(seed: UInt64) throws {
        print("seed of anyOrderOfEventsKeepsThePromises: \(seed)")
        var walk = try Walk(seed: seed, countsRules: false)
        try walk.run(steps: 4000)
    }

    /// The same where each start adds a rule and each stop takes one away, as with iptables: none is left.
    @Test(arguments: [1, 2, 3, 4, 5, UInt64.random(in: .min ... .max)])
    func noRuleIsLeft(seed: UInt64) throws {
        print("seed of noRuleIsLeft: \(seed)")
        var walk = try Walk(seed: seed, countsRules: true)
        try walk.run(steps: 4000)
    }
}

extension OpeningStep {
    fileprivate var opening: Opening {
        switch self {
        case .record(let opening), .begin(let opening), .start(let opening), .check(let opening),
            .endStart(let opening), .stop(let opening), .over(let opening):
            opening
        }
    }

    fileprivate var label: Substring { "\(self)".prefix { $0 != "(" } }
}
