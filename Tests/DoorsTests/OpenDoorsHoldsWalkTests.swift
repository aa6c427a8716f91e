import Doors
import Keys
import Linux
import Packets
import TestSupport
import Testing

/// What the holds of all openings are, kept in the simplest way there is.
private struct Model {
    struct Hold: Equatable {
        var generation: GenerationID?
        var deadline: Milliseconds
        /// What it lasts from the end of the start command on; nil once that has ended.
        var pending: Milliseconds?
    }

    enum State: Equatable {
        case startRuns
        case open(startFailed: Bool)
        case stopRuns
    }

    struct Entry {
        var state = State.startRuns
        var holds: [Holder: Hold] = [:]
        /// What is to follow, while its stop command runs.
        var next: [Holder: Hold] = [:]
        /// Who has a place for it.
        var payers: Set<Holder> = []
    }

    var entries: [OpeningKey: Entry] = [:]

    func places(of holder: Holder, at door: Door) -> Int {
        entries.count { $0.key.door == door.identity && $0.value.payers.contains(holder) }
    }

    func openings(at door: Door) -> Int { entries.keys.count { $0.door == door.identity } }

    static func join(_ holds: inout [Holder: Hold], _ proof: Proof, now: Milliseconds, waits: Bool) {
        let end = now + proof.openFor
        guard var hold = holds[proof.holder] else {
            holds[proof.holder] = Hold(
                generation: proof.generation, deadline: end, pending: waits ? proof.openFor : nil)
            return
        }
        let isLonger =
            waits ? hold.pending.map { proof.openFor >= $0 } ?? true : end >= hold.deadline
        if isLonger { hold.generation = proof.generation }
        hold.deadline = isLonger || !waits ? max(hold.deadline, end) : hold.deadline
        if waits { hold.pending = max(hold.pending ?? 0, proof.openFor) }
        holds[proof.holder] = hold
    }
}

/// A random Doorkeeper with doors that several hold: knocks and closes come, commands end, keys are revoked and time
/// passes in any order.
private struct Walk {
    var random: SeededGenerator
    var now: Milliseconds = 1000
    var openDoors = OpenDoors()
    var model = Model()
    let doors: [Door]
    let holders: [[Holder]]
    let addresses = (1...7).map { IPAddress(ipv4: 0xC612_0100 + $0) }
    let start: ActionTemplate
    let stop: ActionTemplate
    var begun = 0
    var ended = 0
    var joined = 0
    var refused = 0
    var revoked = 0

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        start = try #require(ActionTemplate("open %IP% %KEY%"))
        stop = try #require(ActionTemplate("close %IP% %KEY%"))
        let actions = Door.Actions(start: start, stop: stop)
        let keys = try ["k1", "k2", "k3"].map(Sample.key)
        func signed(_ keys: SignedDoor.Keys) -> SignedDoor {
            SignedDoor(keys: keys, addressRule: .observed, delegates: [], longest: 1_000_000)
        }
        doors = try [
            Sample.door(
                "a", signed: signed(.named([keys[0], keys[1]])), actions: actions, actionsIPv6: actions, openFor: 50,
                maxOpenings: 7),
            Sample.door(
                "b", signed: signed(.all), actions: actions, actionsIPv6: actions, openFor: 80, reknock: .rerun,
                maxOpenings: 8),
            Sample.door(
                "c", hasSequence: false, signed: signed(.named([keys[0]])), actions: actions, actionsIPv6: actions,
                openFor: 40, maxOpenings: 5),
        ]
        let all = keys.map(Holder.key)
        holders = [[.sequence, all[0], all[1]], [.sequence] + all, [all[0]]]
        openDoors.keyCount = 3
    }

    mutating func run(steps: Int) {
        for _ in 0..<steps {
            switch Int.random(in: 0..<26, using: &random) {
            case 0..<9: knock()
            case 9..<13: close()
            case 13..<17: endStart()
            case 17..<20: endStop()
            case 20: revoke()
            case 21 where Int.random(in: 0..<8, using: &random) == 0: makeAllDue()
            default: now += Milliseconds.random(in: 0...20, using: &random)
            }
            if Bool.random(using: &random) { closeDue() }
            check()
        }
        finish()
    }

    private mutating func randomKey() -> (door: Int, key: OpeningKey) {
        let door = Int.random(in: 0..<doors.count, using: &random)
        let address = addresses[Int.random(in: 0..<addresses.count, using: &random)]
        return (door, OpeningKey(door: doors[door].identity, address: address))
    }

    private mutating func proof(_ holder: Holder, at door: Door, _ address: IPAddress) -> Proof {
        guard case .key(let name) = holder else { return Proof(sequenceAt: door, address: address) }
        let generation = GenerationID(high: 1, low: UInt64.random(in: 1...3, using: &random))
        let openFor: Milliseconds? = [nil, 10, 200].randomElement(using: &random) ?? nil
        return Proof(key: name, generation: generation, at: door, address: address, openFor: openFor)
    }

    private mutating func knock() {
        let (number, key) = randomKey()
        let door = doors[number]
        let holder = holders[number].randomElement(using: &random) ?? .sequence
        let proof = proof(holder, at: door, key.address)
        let before = model.entries[key]
        let hasPlace = before?.payers.contains(holder) ?? false || mayTakePlace(holder, number)
        let outcome = openDoors.knock(proof, at: door, start: start, stop: stop, now: now)
        if case .full = outcome { refused += 1 }
        guard hasPlace else {
            #expect(outcome == .full(limit: door.maxOpenings))
            return
        }
        var entry = before ?? Model.Entry()
        if !(before?.payers.isEmpty ?? true), !entry.payers.contains(holder) { joined += 1 }
        entry.payers.insert(holder)
        switch (before?.state, outcome) {
        case (nil, .begin(let opening)):
            Model.join(&entry.holds, proof, now: now, waits: true)
            #expect(opening.values == proof.values(at: door.identity))
            begun += 1
        case (.startRuns, .wait): Model.join(&entry.holds, proof, now: now, waits: true)
        case (.stopRuns, .wait): Model.join(&entry.next, proof, now: now, waits: true)
        case (.open, .stopFirst):
            #expect(door.reknock == .rerun)
            entry.state = .stopRuns
            entry.next = lasting(entry.holds)
            Model.join(&entry.next, proof, now: now, waits: true)
        case (.open(startFailed: true), .startAgain(let opening)):
            #expect(door.reknock == .extend)
            #expect(opening.values == openDoors[key]?.values, "start fits stop")
            entry.state = .startRuns
            let deadline = entry.holds[holder]?.deadline ?? 0
            Model.join(&entry.holds, proof, now: now, waits: true)
            entry.holds[holder]?.deadline = max(deadline, now)
        case (.open(startFailed: false), .extend):
            #expect(door.reknock == .extend)
            Model.join(&entry.holds, proof, now: now, waits: false)
        default: Issue.record("\(outcome) in \(String(describing: before?.state))")
        }
        model.entries[key] = entry
    }

    /// The shares, as they are promised.
    private func mayTakePlace(_ holder: Holder, _ number: Int) -> Bool {
        let door = doors[number]
        let count = holders[number].count
        let reserved = door.maxOpenings / 2 / count
        if model.places(of: holder, at: door) < reserved { return true }
        let common = holders[number].map { max(model.places(of: $0, at: door) - reserved, 0) }.reduce(0, +)
        return common < door.maxOpenings - reserved * count
    }

    private mutating func close() {
        let (number, key) = randomKey()
        let holder = holders[number].randomElement(using: &random) ?? .sequence
        let outcome = openDoors.close(key, by: holder)
        let expected = end(holder, of: key)
        #expect(Self.words(outcome) == expected)
        if let opening = Self.opening(outcome) { #expect(opening == openDoors[key]) }
    }

    private mutating func revoke() {
        let generation = GenerationID(high: 1, low: UInt64.random(in: 1...3, using: &random))
        // Who of several goes last, and keeps the place, is nobody's promise.
        let orders = Dictionary(uniqueKeysWithValues: openDoors.all.map { ($0.key, $0.holds.map(\.holder)) })
        let outcomes = openDoors.end(holdsWhere: { $0.generation == generation })
        var expected = 0
        for (key, entry) in model.entries {
            let holds = entry.state == .stopRuns ? entry.next : entry.holds
            let concerned = holds.filter { $0.value.generation == generation && $0.value.deadline != 0 }.keys
            if concerned.isEmpty { continue }
            expected += 1
            revoked += 1
            var last = "none"
            let order = orders[key] ?? []
            for holder in order.filter(concerned.contains) + concerned.filter({ !order.contains($0) }) {
                last = end(holder, of: key)
            }
            // Of the several words about one opening, the last one counts; those who hold it still are not in it.
            if entry.state != .stopRuns {
                guard let opening = openDoors[key] else { continue }
                #expect(outcomes.contains { Self.words($0) == last && Self.opening($0) == opening })
            }
        }
        #expect(outcomes.count == expected)
    }

    private static func words(_ outcome: OpenDoors.CloseOutcome) -> String {
        switch outcome {
        case .noHold: "none"
        case .held: "held"
        case .stop: "stop"
        case .afterStart: "after"
        case .withdrawn: "withdrawn"
        }
    }

    private static func opening(_ outcome: OpenDoors.CloseOutcome) -> Opening? {
        switch outcome {
        case .held(let opening), .stop(let opening), .afterStart(let opening): opening
        case .noHold, .withdrawn: nil
        }
    }

    /// What the model makes of the end of a hold.
    private mutating func end(_ holder: Holder, of key: OpeningKey) -> String {
        guard var entry = model.entries[key] else { return "none" }
        defer { model.entries[key] = entry }
        if entry.state == .stopRuns {
            guard entry.next.removeValue(forKey: holder) != nil else { return "none" }
            if entry.holds[holder] == nil { entry.payers.remove(holder) }
            return "withdrawn"
        }
        guard let hold = entry.holds[holder], hold.deadline != 0 else { return "none" }
        if entry.holds.contains(where: { $0.key != holder && $0.value.deadline != 0 }) {
            entry.holds[holder] = nil
            entry.payers.remove(holder)
            return "held"
        }
        if entry.state == .startRuns {
            entry.holds[holder] = Model.Hold(generation: hold.generation, deadline: 0, pending: nil)
            return "after"
        }
        entry.state = .stopRuns
        return "stop"
    }

    private mutating func endStart(of chosen: OpeningKey? = nil) {
        guard let key = chosen ?? pick(.startRuns), var entry = model.entries[key] else { return }
        let succeeded = Int.random(in: 0..<4, using: &random) != 0
        #expect(openDoors.started(key, succeeded: succeeded, now: now) != nil)
        entry.state = .open(startFailed: !succeeded)
        for (holder, hold) in entry.holds {
            guard let pending = hold.pending else { continue }
            entry.holds[holder]?.deadline = max(hold.deadline, now + pending)
            entry.holds[holder]?.pending = nil
        }
        model.entries[key] = entry
    }

    private mutating func endStop(of chosen: OpeningKey? = nil) {
        guard let key = chosen ?? pick(.stopRuns), let entry = model.entries[key] else { return }
        let next = openDoors.stopped(key, now: now)
        ended += 1
        model.entries[key] = nil
        var holds = lasting(entry.next)
        #expect((next == nil) == holds.isEmpty)
        if holds.isEmpty { return }
        begun += 1
        for (holder, hold) in holds {
            if let pending = hold.pending { holds[holder]?.deadline = max(hold.deadline, now + pending) }
        }
        model.entries[key] = Model.Entry(holds: holds, payers: Set(holds.keys))
    }

    /// Those whose time has not come.
    private func lasting(_ holds: [Holder: Model.Hold]) -> [Holder: Model.Hold] {
        holds.filter { $0.value.pending != nil || $0.value.deadline > now }
    }

    private mutating func closeDue() {
        var expected: Set<OpeningKey> = []
        for (key, entry) in model.entries {
            guard case .open = entry.state else { continue }
            if entry.holds.values.allSatisfy({ $0.deadline <= now }) {
                expected.insert(key)
                model.entries[key]?.state = .stopRuns
            } else {
                let over = entry.holds.filter { $0.value.deadline <= now }.keys
                for holder in over { model.entries[key]?.holds[holder] = nil }
                model.entries[key]?.payers.subtract(over)
            }
        }
        let due = openDoors.due(at: now)
        #expect(Set(due.map(\.key)) == expected)
        #expect(due.count == expected.count)
    }

    private mutating func makeAllDue() {
        openDoors.makeAllDue(at: now)
        for (key, entry) in model.entries {
            guard case .open = entry.state else { continue }
            for (holder, hold) in entry.holds {
                model.entries[key]?.holds[holder]?.deadline = min(hold.deadline, now)
            }
        }
    }

    private mutating func pick(_ state: Model.State) -> OpeningKey? {
        // In a fixed order, so that the seed says it all.
        model.entries.filter { $0.value.state == state }.keys
            .sorted { ($0.door.name, $0.address.low) < ($1.door.name, $1.address.low) }
            .randomElement(using: &random)
    }

    private func check() {
        #expect(Set(openDoors.all.map(\.key)) == Set(model.entries.keys))
        for (key, entry) in model.entries {
            guard let opening = openDoors[key] else { continue }
            switch entry.state {
            case .startRuns: #expect(opening.phase == .starting)
            case .open(let startFailed):
                #expect(opening.phase == .open)
                #expect(opening.startFailed == startFailed)
                #expect(openDoors.nextDeadline ?? .max <= entry.holds.values.map(\.deadline).min() ?? .max)
            case .stopRuns:
                #expect(opening.phase == .closing)
                continue
            }
            let holds = Dictionary(uniqueKeysWithValues: opening.holds.map { ($0.holder, $0) })
            #expect(Set(holds.keys) == Set(entry.holds.keys))
            for (holder, hold) in entry.holds {
                #expect(holds[holder]?.deadline == hold.deadline)
                #expect(holds[holder]?.generation == hold.generation)
                #expect(holds[holder]?.awaitsStart == (hold.pending != nil))
            }
        }
        for door in doors { #expect(model.openings(at: door) <= door.maxOpenings) }
    }

    /// No more knocks: all that began must end.
    private mutating func finish() {
        for _ in 0..<2 {
            while let key = pick(.startRuns) { endStart(of: key) }
            makeAllDue()
            closeDue()
            while let key = pick(.stopRuns) { endStop(of: key) }
        }
        #expect(openDoors.isEmpty)
        #expect(begun == ended)
        // What such a walk is for must have happened in it.
        #expect(begun > 100 && joined > 100 && refused > 10 && revoked > 10)
        everyPlaceIsFree()
    }

    private mutating func everyPlaceIsFree() {
        let door = doors[2]
        for number in 1...door.maxOpenings {
            let proof = proof(holders[2][0], at: door, IPAddress(ipv4: 0xC612_0200 + UInt32(number)))
            guard case .begin = openDoors.knock(proof, at: door, start: start, stop: stop, now: now) else {
                Issue.record("place \(number) is not free")
                return
            }
        }
    }
}

struct OpenDoorsHoldsWalkTests {
    /// Each hold lasts for its own time, and stop runs once, after start, when the last one has ended.
    @Test(arguments: [1, 2, 17_941_515_910_155_096_763, UInt64.random(in: .min ... .max)])
    func anyOrderOfKnocksAndClosesKeepsThePromises(seed: UInt64) throws {
        print("seed of anyOrderOfKnocksAndClosesKeepsThePromises: \(seed)")
        var walk = try Walk(seed: seed)
        walk.run(steps: 3000)
    }
}
