import Base
import Packets
import Testing

@testable import Doors

struct OpenDoorsTests {
    private let start: ActionTemplate
    private let stop: ActionTemplate
    private let source: IPAddress
    private let other: IPAddress
    private let doors = House()

    init() throws {
        start = try #require(ActionTemplate("open %IP%"))
        stop = try #require(ActionTemplate("close %DOOR% %IP%"))
        source = try #require(IPAddress("198.18.1.2"))
        other = try #require(IPAddress("2001:db8::2"))
    }

    private func door(
        _ name: String = "ssh", reknock: Door.Reknock = .extend, maxOpenings: Int = 8, openFor: Milliseconds = 10_000
    ) throws -> Door {
        let actions = Door.Actions(start: start, stop: stop)
        return try Sample.door(
            name, actions: actions, actionsIPv6: actions, openFor: openFor, reknock: reknock, maxOpenings: maxOpenings)
    }

    private func knock(_ door: Door, _ address: IPAddress? = nil, at now: Milliseconds) -> OpenDoors.KnockOutcome {
        doors.state.knock(
            Proof(of: .sequence, at: door, address: address ?? source), at: door,
            Door.Actions(start: start, stop: stop),
            now: now)
    }

    /// Knocks and ends the start command at the same moment.
    private func open(
        _ door: Door, _ address: IPAddress? = nil, at now: Milliseconds, succeeded: Bool = true
    ) throws -> Opening {
        guard case .begin(let opening) = knock(door, address, at: now) else {
            throw Unexpected(description: "no opening begins")
        }
        return try #require(doors.started(opening.key, succeeded: succeeded, now: now))
    }

    // MARK: Beginning

    @Test func theFirstKnockBeginsAnOpening() throws {
        let outcome = knock(try door(), at: 1000)
        let expected = Sample.opening(
            OpeningKey(door: DoorIdentity(name: "ssh"), address: source), start: "open 198.18.1.2",
            stop: "close ssh 198.18.1.2", startLimit: 3000, stopLimit: 30_000, openFor: 10_000, phase: .starting,
            deadline: 11_000)
        #expect(outcome == .begin(expected))
        #expect(doors.all == [expected])
        #expect(doors[expected.key] == expected)
        #expect(!doors.isEmpty)
    }

    @Test func doorsAndAddressesHaveTheirOwnOpenings() throws {
        _ = try open(try door("a"), at: 0)
        _ = try open(try door("b"), at: 0)
        _ = try open(try door("a"), other, at: 0)
        #expect(doors.all.count == 3)
        #expect(
            Set(doors.all.map(\.commands.stop)) == ["close a 198.18.1.2", "close b 198.18.1.2", "close a 2001:db8::2"])
    }

    @Test func theDeadlineCountsFromTheEndOfTheStart() throws {
        let door = try door()
        guard case .begin(let opening) = knock(door, at: 0) else { throw Unexpected(description: "no opening") }
        #expect(doors.nextDeadline == nil)
        #expect(doors.due(at: 1_000_000).isEmpty, "nothing is due while the start command runs")
        let started = try #require(doors.started(opening.key, succeeded: true, now: 60_000))
        #expect(started.deadline == 70_000)
        #expect(started.phase == .open)
        #expect(doors.nextDeadline == 70_000)
        #expect(doors.due(at: 69_999).isEmpty)
        #expect(doors.due(at: 70_000).map(\.key) == [opening.key])
    }

    @Test func aStartEndsOnce() throws {
        let opening = try open(try door(), at: 0)
        #expect(doors.started(opening.key, succeeded: false, now: 5000) == nil)
        #expect(doors[opening.key] == opening)
    }

    @Test func whatNeverBeganCannotEnd() {
        let key = OpeningKey(door: DoorIdentity(name: "ssh"), address: source)
        #expect(doors.started(key, succeeded: true, now: 0) == nil)
        #expect(doors.stopped(key, now: 0) == nil)
        doors.abandon(key)
        #expect(doors.isEmpty)
    }

    // MARK: Knocking again

    @Test func aKnockWhileTheStartRunsWaits() throws {
        let door = try door()
        _ = knock(door, at: 0)
        #expect(knock(door, at: 5) == .wait)
        #expect(doors.all.count == 1)
        let key = try #require(doors.all.first?.key)
        _ = doors.started(key, succeeded: true, now: 10)
        _ = doors.due(at: 10_010)
        #expect(doors.stopped(key, now: 10_020) == nil, "it does not begin another opening")
    }

    @Test func aKnockExtendsToTheLaterDeadline() throws {
        let door = try door()
        let opening = try open(door, at: 0)
        guard case .extend(let extended) = knock(door, at: 4000) else { throw Unexpected(description: "not extended") }
        #expect(extended.deadline == 14_000)
        #expect(extended.phase == .open)
        #expect(extended.holds.count == 1)
        #expect(doors.due(at: 13_999).isEmpty)
        #expect(doors.due(at: 14_000).map(\.key) == [opening.key])
    }

    @Test func aKnockNeverShortensAnOpening() throws {
        let opening = try open(try door(openFor: 60_000), at: 0)
        // The configuration was changed meanwhile.
        #expect(knock(try door(openFor: 1000), at: 10) == .extend(opening))
    }

    @Test func aStartThatFailedIsRunAgain() throws {
        let door = try door()
        let opening = try open(door, at: 0, succeeded: false)
        #expect(opening.startFailed)
        #expect(opening.deadline == 10_000, "its stop command is run all the same")
        guard case .startAgain(let again) = knock(door, at: 2000) else { throw Unexpected(description: "not again") }
        #expect(again.phase == .starting)
        #expect(knock(door, at: 2500) == .wait)
        #expect(doors.due(at: 50_000).isEmpty, "never while starting")
        let started = try #require(doors.started(opening.key, succeeded: true, now: 50_000))
        #expect(!started.startFailed)
        #expect(started.deadline == 60_000)
        guard case .extend = knock(door, at: 50_001) else { throw Unexpected(description: "not extended") }
        #expect(doors.due(at: 60_001).count == 1)
    }

    @Test func aStartThatIsNotRunAgainAfterAllLeavesTheOpeningAsItWas() throws {
        let door = try door()
        let opening = try open(door, at: 0, succeeded: false)
        guard case .startAgain = knock(door, at: 2000) else { throw Unexpected(description: "not again") }
        doors.notStarted(opening.key)
        guard case .startAgain = knock(door, at: 3000) else { throw Unexpected(description: "dead to knocks") }
        doors.notStarted(opening.key)
        #expect(doors.due(at: 9_999).isEmpty)
        #expect(doors.due(at: 10_000).map(\.key) == [opening.key], "due when it was before")
    }

    @Test func theProcessOfACommandIsKnownWhileItRuns() throws {
        let door = try door()
        let mark = ProcessIdentity(id: 42, began: 7)
        guard case .begin(let opening) = knock(door, at: 0) else { throw Unexpected(description: "not begun") }
        #expect(doors.running(opening.key, mark)?.process == mark)
        #expect(doors.started(opening.key, succeeded: true, now: 5)?.process == nil)
        #expect(doors.running(opening.key, mark) == nil, "nothing runs while it is open")
        #expect(doors.due(at: 10_005).count == 1)
        #expect(doors.running(opening.key, mark)?.process == mark)
    }

    @Test func rerunStopsFirstAndBeginsAnew() throws {
        let door = try door(reknock: .rerun)
        var closing = try open(door, at: 0)
        closing.phase = .closing
        #expect(knock(door, at: 3000) == .stopFirst(closing))
        #expect(knock(door, at: 3001) == .wait)
        #expect(doors.due(at: 99_000).isEmpty, "its stop command runs already")
        let next = try #require(doors.stopped(closing.key, now: 4000))
        #expect(next.phase == .starting)
        #expect(next.deadline == 14_000)
        #expect(doors.started(next.key, succeeded: true, now: 5000)?.deadline == 15_000)
        #expect(doors.due(at: 14_999).isEmpty)
        #expect(doors.due(at: 15_000).count == 1)
        #expect(doors.stopped(next.key, now: 15_000) == nil)
        #expect(doors.isEmpty)
    }

    @Test(arguments: [Door.Reknock.extend, .rerun])
    func aKnockWhileClosingBeginsTheNextOpening(reknock: Door.Reknock) throws {
        let first = try door(reknock: reknock)
        let opening = try open(first, at: 0)
        _ = doors.due(at: 10_000)
        #expect(knock(first, at: 10_001) == .wait)
        #expect(knock(first, at: 10_002) == .wait)
        // What was configured last counts.
        #expect(knock(try door(reknock: reknock, openFor: 70_000), at: 10_003) == .wait)
        let next = try #require(doors.stopped(opening.key, now: 20_000))
        #expect(next.phase == .starting)
        #expect(next.openFor == 70_000)
        #expect(next.deadline == 90_000)
        #expect(doors.all == [next])
        _ = doors.started(next.key, succeeded: true, now: 20_000)
        #expect(doors.due(at: 90_000).count == 1)
        #expect(doors.stopped(opening.key, now: 90_000) == nil, "once, however many knocks there were")
    }

    // MARK: Refusing

    @Test func aDoorIsOpenForSoManyAddressesOnly() throws {
        let two = try door(maxOpenings: 2)
        let third = try #require(IPAddress("198.18.1.3"))
        let opening = try open(two, at: 0)
        _ = knock(two, other, at: 0)
        #expect(knock(two, third, at: 1) == .full(limit: 2))
        #expect(knock(two, at: 1) != .full(limit: 2), "who is inside may stay")
        guard case .begin = knock(try door("another", maxOpenings: 1), third, at: 1) else {
            throw Unexpected(description: "each door has its own limit")
        }
        _ = doors.due(at: 99_000)
        #expect(knock(two, third, at: 99_000) == .full(limit: 2), "closing is not closed")
        _ = doors.stopped(opening.key, now: 99_001)
        guard case .begin = knock(two, third, at: 99_001) else { throw Unexpected(description: "there is room again") }
        #expect(knock(two, at: 99_002) == .full(limit: 2))
    }

    @Test func aRerunNeedsNoSecondPlace() throws {
        let one = try door(reknock: .rerun, maxOpenings: 1)
        let opening = try open(one, at: 0)
        for round in [2000, 4000, 6000] as [Milliseconds] {
            guard case .stopFirst = knock(one, at: round) else { throw Unexpected(description: "no rerun") }
            #expect(doors.stopped(opening.key, now: round) != nil)
            #expect(knock(one, other, at: round) == .full(limit: 1))
            #expect(doors.started(opening.key, succeeded: true, now: round) != nil)
        }
        _ = doors.due(at: 99_000)
        _ = doors.stopped(opening.key, now: 99_000)
        #expect(doors.isEmpty)
        guard case .begin = knock(one, other, at: 99_001) else { throw Unexpected(description: "no room") }
    }

    @Test(arguments: [(4096, 10), (10, 4096)])
    func aCommandThatIsTooLongOpensNothing(startLength: Int, stopLength: Int) throws {
        let start = try #require(ActionTemplate(String(repeating: "a", count: startLength)))
        let stop = try #require(ActionTemplate(String(repeating: "o", count: stopLength)))
        let door = try door()
        let outcome = doors.state.knock(
            Proof(of: .sequence, at: door, address: source), at: door, Door.Actions(start: start, stop: stop), now: 0)
        #expect(outcome == .commandTooLong)
        #expect(doors.isEmpty)
    }

    // MARK: Closing

    @Test func eachOpeningIsDueOnce() throws {
        let opening = try open(try door(), at: 0)
        let due = doors.due(at: 10_000)
        #expect(due.map(\.phase) == [.closing])
        #expect(doors.due(at: 20_000).isEmpty)
        #expect(doors[opening.key]?.phase == .closing)
        #expect(doors.stopped(opening.key, now: 20_000) == nil)
        #expect(doors.isEmpty)
        #expect(doors.nextDeadline == nil)
    }

    @Test func allThatIsDueComesAtOnce() throws {
        let keys = try [10, 20, 30, 40].map { try open(try door("\($0)", openFor: $0), at: 0).key }
        #expect(Set(doors.due(at: 30).map(\.key)) == Set(keys[..<3]))
        #expect(doors.nextDeadline == 40)
    }

    @Test func onlyAStopThatRanEndsAnOpening() throws {
        let door = try door()
        let opening = try open(door, at: 0)
        #expect(doors.stopped(opening.key, now: 1) == nil)
        #expect(doors[opening.key]?.phase == .open)
        _ = knock(door, other, at: 2)
        #expect(doors.stopped(OpeningKey(door: door.identity, address: other), now: 3) == nil)
        #expect(doors.all.count == 2)
    }

    @Test func whatIsOpenCanBeMadeDueAtOnce() throws {
        let opening = try open(try door("open"), at: 0)
        _ = knock(try door("starting"), at: 0)
        let closing = try open(try door("closing", openFor: 1), at: 0)
        _ = doors.due(at: 5)
        doors.makeAllDue(at: 6)
        #expect(doors.nextDeadline == 6)
        #expect(doors.due(at: 6).map(\.key) == [opening.key], "neither what starts nor what closes already")
        let key = OpeningKey(door: DoorIdentity(name: "starting"), address: source)
        _ = doors.started(key, succeeded: true, now: 7)
        doors.makeAllDue(at: 8)
        #expect(doors.due(at: 8).map(\.key) == [key])
        doors.makeAllDue(at: 9)
        #expect(doors.due(at: 9).isEmpty)
        _ = doors.stopped(closing.key, now: 9)
        #expect(doors.all.count == 2)
    }

    @Test func makingAllDueLateDoesNotPostponeADeadline() throws {
        let opening = try open(try door(), at: 0)
        doors.makeAllDue(at: 99_000)
        #expect(doors[opening.key]?.deadline == 10_000)
        #expect(doors.due(at: 10_000).count == 1)
    }

    @Test(arguments: [Opening.Phase.starting, .open, .closing])
    func aRestoredOpeningIsOpenUntilItsDeadline(phase: Opening.Phase) throws {
        let door = try door(maxOpenings: 1)
        let opening = Sample.opening(
            OpeningKey(door: door.identity, address: source), phase: phase, deadline: 500)
        doors.restore(opening)
        #expect(doors[opening.key]?.phase == .open)
        #expect(doors.nextDeadline == 500)
        #expect(knock(door, other, at: 1) == .full(limit: 1), "it counts")
        #expect(doors.due(at: 499).isEmpty)
        let due = try #require(doors.due(at: 500).first)
        #expect(due.commands.stop == "b", "as it was recorded, whatever the configuration says now")
        #expect(doors.stopped(due.key, now: 501) == nil)
        #expect(doors.isEmpty)
    }

    @Test func aRestoredOpeningThatIsOverdueIsDueAtOnce() throws {
        var opening = try open(try door(), at: 0)
        doors.state = OpenDoors()
        opening.expire()
        doors.restore(opening)
        #expect(doors.due(at: 0).map(\.key) == [opening.key])
    }

    @Test func aKnockExtendsARestoredOpening() throws {
        let opening = try open(try door(), at: 0)
        doors.state = OpenDoors()
        doors.restore(opening)
        guard case .extend(let extended) = knock(try door(), at: 9999) else { throw Unexpected(description: "not") }
        #expect(extended.deadline == 19_999)
    }

    @Test func anAbandonedOpeningLeavesNothing() throws {
        let one = try door(maxOpenings: 1)
        let opening = try open(one, at: 0)
        _ = doors.due(at: 10_000)
        #expect(knock(one, at: 10_001) == .wait)
        doors.abandon(opening.key)
        #expect(doors.isEmpty)
        #expect(doors.stopped(opening.key, now: 10_002) == nil)
        // Nor does the knock that waited count for a later opening.
        _ = try open(one, at: 20_000)
        #expect(doors.due(at: 30_000).count == 1)
        #expect(doors.stopped(opening.key, now: 30_001) == nil)
        guard case .begin = knock(one, other, at: 30_002) else { throw Unexpected(description: "no room") }
        doors.abandon(opening.key)
        #expect(knock(one, at: 30_003) == .full(limit: 1), "what is not there frees no place")
    }

    @Test func aStaleDeadlineClosesNoLaterOpening() throws {
        let door = try door()
        let first = try open(door, at: 0)
        doors.abandon(first.key)
        let second = try open(door, at: 5000)
        #expect(doors.due(at: 10_000).isEmpty)
        #expect(doors.due(at: 14_999).isEmpty)
        #expect(doors.due(at: 15_000).map(\.key) == [second.key])
    }

    // MARK: Memory

    /// How many entries the queue of deadlines has.
    private var queueLength: Int { doors.state.deadlines.count }

    @Test func rerunsDoNotPileUpDeadlines() throws {
        let door = try door(reknock: .rerun)
        let opening = try open(door, at: 0)
        for now in stride(from: 1000, through: 100_000, by: 1000) as StrideThrough<Milliseconds> {
            #expect(doors.due(at: now).isEmpty)
            _ = knock(door, at: now)
            _ = doors.stopped(opening.key, now: now)
            _ = doors.started(opening.key, succeeded: true, now: now)
        }
        #expect((1...11).contains(queueLength), "one for each rerun in the last ten seconds at most")
    }

    @Test func failedStartsDoNotPileUpDeadlines() throws {
        let door = try door()
        let opening = try open(door, at: 0, succeeded: false)
        for now in stride(from: 1000, through: 100_000, by: 1000) as StrideThrough<Milliseconds> {
            #expect(doors.due(at: now).isEmpty)
            _ = knock(door, at: now)
            _ = doors.started(opening.key, succeeded: false, now: now)
        }
        #expect((1...11).contains(queueLength), "one for each start in the last ten seconds at most")
    }
}
