import Doors
import Linux
import Packets
import TestSupport
import Testing

/// What a Doorkeeper's commands and openings are, told from the outcomes alone.
private final class Model {
    /// What is known of one opening.
    enum State: Equatable {
        case startRuns
        case open(deadline: Milliseconds, startFailed: Bool)
        case stopRuns(hasSuccessor: Bool)
    }

    var states: [OpeningKey: State] = [:]
    /// Openings that began, and that have ended.
    var begun = 0
    var ended = 0

    func count(at door: DoorIdentity) -> Int { states.keys.count { $0.door == door } }

    var earliest: Milliseconds? {
        states.values.compactMap { if case .open(let deadline, _) = $0 { deadline } else { nil } }.min()
    }

    /// A stop command is to be run: it must be the first of its opening, and the start must have ended.
    func runStop(_ opening: Opening, hasSuccessor: Bool) {
        guard case .open = states[opening.key] else {
            Issue.record("stop for \(opening.key.address) in \(String(describing: states[opening.key]))")
            return
        }
        #expect(opening.phase == .closing)
        states[opening.key] = .stopRuns(hasSuccessor: hasSuccessor)
    }
}

/// A random Doorkeeper: knocks come, commands end and time passes in any order.
private struct Walk {
    var random: SeededGenerator
    var now: Milliseconds = 1000
    var openDoors = OpenDoors()
    let model = Model()
    let doors: [Door]
    let addresses: [IPAddress]
    let start: ActionTemplate
    let stop: ActionTemplate

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        start = try #require(ActionTemplate("open %IP%"))
        stop = try #require(ActionTemplate("close %IP%"))
        let actions = Door.Actions(start: start, stop: stop)
        doors = try [
            Sample.door("a", actions: actions, actionsIPv6: actions, openFor: 50, maxOpenings: 3),
            Sample.door("b", actions: actions, actionsIPv6: actions, openFor: 80, reknock: .rerun, maxOpenings: 4),
            Sample.door("c", actions: actions, actionsIPv6: actions, openFor: 0, maxOpenings: 6),
        ]
        addresses = (1...6).map { IPAddress(ipv4: 0xC612_0100 + $0) }
    }

    mutating func run(steps: Int) {
        for _ in 0..<steps {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<8: knock()
            case 8..<12: endStart()
            case 12..<15: endStop()
            case 15: makeAllDue()
            default: now += Milliseconds.random(in: 0...30, using: &random)
            }
            if Bool.random(using: &random) { closeDue() }
            check()
        }
        finish()
    }

    private mutating func knock() {
        let door = doors[Int.random(in: 0..<doors.count, using: &random)]
        let address = addresses[Int.random(in: 0..<addresses.count, using: &random)]
        let key = OpeningKey(door: door.identity, address: address)
        let before = model.states[key]
        switch openDoors.knock(
            Proof(sequenceAt: door, address: address), at: door, start: start, stop: stop, now: now)
        {
        case .begin(let opening):
            #expect(before == nil)
            #expect(model.count(at: door.identity) < door.maxOpenings)
            begin(opening)
        case .extend(let opening):
            guard case .open(let deadline, false) = before, door.reknock == .extend else {
                Issue.record("extended in \(String(describing: before))")
                return
            }
            let later = max(deadline, now + door.openFor)
            #expect(opening.deadline == later)
            model.states[key] = .open(deadline: later, startFailed: false)
        case .startAgain:
            guard case .open(_, true) = before, door.reknock == .extend else {
                Issue.record("started again in \(String(describing: before))")
                return
            }
            model.states[key] = .startRuns
        case .stopFirst(let opening):
            #expect(door.reknock == .rerun)
            model.runStop(opening, hasSuccessor: true)
        case .wait:
            switch before {
            case .startRuns: break
            case .stopRuns: model.states[key] = .stopRuns(hasSuccessor: true)
            default: Issue.record("waits in \(String(describing: before))")
            }
        case .full(let limit):
            #expect(before == nil)
            #expect(limit == door.maxOpenings)
            #expect(model.count(at: door.identity) == limit)
        case .commandTooLong:
            Issue.record("the commands are short")
        }
    }

    private mutating func begin(_ opening: Opening) {
        #expect(opening.phase == .starting)
        model.states[opening.key] = .startRuns
        model.begun += 1
    }

    private mutating func endStart(of chosen: OpeningKey? = nil) {
        guard let key = chosen ?? pick({ $0 == .startRuns }) else { return }
        let succeeded = Int.random(in: 0..<4, using: &random) != 0
        guard let opening = openDoors.started(key, succeeded: succeeded, now: now) else {
            Issue.record("the opening of a start that ended is unknown")
            return
        }
        #expect(opening.phase == .open)
        #expect(opening.deadline >= now + opening.openFor)
        model.states[key] = .open(deadline: opening.deadline, startFailed: !succeeded)
    }

    private mutating func endStop(of chosen: OpeningKey? = nil) {
        guard let key = chosen ?? pick({ if case .stopRuns = $0 { true } else { false } }),
            case .stopRuns(let hasSuccessor) = model.states[key]
        else { return }
        let next = openDoors.stopped(key, now: now)
        model.states[key] = nil
        model.ended += 1
        #expect((next != nil) == hasSuccessor)
        if let next {
            #expect(next.deadline == now + next.openFor)
            begin(next)
        }
    }

    private mutating func closeDue() {
        for opening in openDoors.due(at: now) {
            #expect(opening.deadline <= now)
            model.runStop(opening, hasSuccessor: false)
        }
        #expect(model.earliest ?? .max > now, "nothing whose time is up stays open")
    }

    private mutating func makeAllDue() {
        openDoors.makeAllDue(at: now)
        for (key, state) in model.states {
            guard case .open(let deadline, let startFailed) = state else { continue }
            model.states[key] = .open(deadline: min(deadline, now), startFailed: startFailed)
        }
    }

    private mutating func pick(_ isWanted: (Model.State) -> Bool) -> OpeningKey? {
        // In a fixed order, so that the seed says it all.
        let keys = model.states.filter { isWanted($0.value) }.keys
            .sorted { ($0.door.name, $0.address.low) < ($1.door.name, $1.address.low) }
        return keys.randomElement(using: &random)
    }

    private mutating func check() {
        #expect(Set(openDoors.all.map(\.key)) == Set(model.states.keys))
        #expect(openDoors.isEmpty == model.states.isEmpty)
        for (key, state) in model.states {
            switch state {
            case .startRuns: #expect(openDoors[key]?.phase == .starting)
            case .open(let deadline, let startFailed):
                #expect(openDoors[key]?.phase == .open)
                #expect(openDoors[key]?.startFailed == startFailed)
                #expect(openDoors[key]?.deadline == deadline)
            case .stopRuns: #expect(openDoors[key]?.phase == .closing)
            }
        }
        if let earliest = model.earliest { #expect(openDoors.nextDeadline ?? .max <= earliest, "never too late") }
    }

    /// No more knocks: all that began must end.
    private mutating func finish() {
        for _ in 0..<2 {
            while let key = pick({ $0 == .startRuns }) { endStart(of: key) }
            makeAllDue()
            closeDue()
            while let key = pick({ if case .stopRuns = $0 { true } else { false } }) { endStop(of: key) }
        }
        #expect(openDoors.isEmpty)
        #expect(model.ended == model.begun)
        #expect(model.begun > 0)
    }
}

struct OpenDoorsWalkTests {
    /// A stop is asked for once an opening, never before its start has ended, and every opening that began ends.
    @Test(arguments: [1, 2, 3, UInt64.random(in: .min ... .max)])
    func anyOrderOfEventsKeepsThePromises(seed: UInt64) throws {
        print("seed of anyOrderOfEventsKeepsThePromises: \(seed)")
        var walk = try Walk(seed: seed)
        walk.run(steps: 3000)
    }
}
