import Base
import Packets
import Testing

@testable import Doors

/// Openings that share a stop command, or a start command.
struct SharedOpeningsTests: CommandTests {
    let house = House()

    @Test func theLastOfThoseWithOneStopCommandRunsIt() throws {
        let (a, b) = (try door("a", start: "open a %IP%"), try door("b", start: "open b %IP%", openFor: 20_000))
        try open(a, at: 0)
        try open(b, at: 0)
        #expect(house.state.due(at: 10_000).map { if case .over = $0 { true } else { false } } == [true])
        #expect(house[key(a)] == nil)
        #expect(house.due(at: 20_000).map(\.key) == [key(b)])
    }

    @Test func thoseThatRemainAreStartedAgainWhereStopHadToRun() throws {
        let (a, b) = (try door("a", start: "open a %IP%"), try door("b", start: "open b %IP%", openFor: 20_000))
        try open(a, at: 0)
        try open(b, at: 0)
        guard case .stop(let closing) = house.state.close(a.identity, for: address, by: .sequence, now: 100).first
        else {
            throw Unexpected()
        }
        let steps = house.state.stopped(closing.key, succeeded: true, now: 200).steps
        guard case .over = steps.last, case .start(let again) = steps.first else { throw Unexpected() }
        #expect(again.key == key(b))
        #expect(house.started(again.key, succeeded: true, now: 300)?.deadline == 20_000, "its time does not begin anew")
    }

    @Test func whatAnEqualStartHasOpenedIsNotOpenedAgain() throws {
        let (a, b) = (try door("a"), try door("b"))
        try open(a, at: 0)
        guard case .begin(let opening) = try knock(b, at: 100) else { throw Unexpected() }
        guard case .record(let open) = house.state.readyToStart(opening.key, now: 100).first else { throw Unexpected() }
        #expect(open.phase == .open && open.deadline == 10_100)
        #expect(house.due(at: 10_000).isEmpty)
        #expect(house.due(at: 10_100).map(\.key) == [key(b)], "one start, one stop")
    }

    /// What a script does with an address that it is not given nobody knows: it may look at its environment.
    @Test func anEqualStartIsRunForEachWhereItsWordsDoNotSayAll() throws {
        let door = try door(start: "script", stop: "close all", isPlain: false)
        try open(door, at: 0)
        guard case .begin(let opening) = try knock(door, from: IPAddress(ipv4: 0xC612_0103), at: 100) else {
            throw Unexpected()
        }
        #expect(house.state.readyToStart(opening.key, now: 100) == [.start(opening)])
        _ = house.state.started(opening.key, .succeeded, now: 100)
        #expect(house.due(at: 10_000).isEmpty)
        #expect(house.due(at: 10_100).map(\.key) == [opening.key], "stop is run once")
    }

    /// The values are in the environment, and not in the words.
    @Test func commandsThatNameAVariableAreOthersForOtherValues() throws {
        let door = try door(start: "open $KNOCK_ADDRESS", stop: "close $KNOCK_ADDRESS")
        try open(door, at: 0)
        guard case .begin(let opening) = try knock(door, from: IPAddress(ipv4: 0xC612_0103), at: 100) else {
            throw Unexpected()
        }
        #expect(house.state.readyToStart(opening.key, now: 100) == [.start(opening)])
        _ = house.state.started(opening.key, .succeeded, now: 100)
        #expect(house.due(at: 10_000).map(\.key) == [key(door)])
        #expect(house.due(at: 10_100).map(\.key) == [opening.key])
    }

    /// The other one has opened something else, of which the check knows nothing.
    @Test func aCheckDoesNotAnswerForAnotherDoorWithTheSameStopCommand() throws {
        let (a, b) = (try door("a", check: "check a %IP%"), try door("b", start: "open b %IP%", openFor: 20_000))
        try open(b, at: 0)
        try open(a, at: 1)
        #expect(house.due(at: 10_001).isEmpty, "b is to stop for both")
        try open(a, at: 15_000)
        #expect(house.due(at: 20_000).isEmpty, "a is to stop for both")
        #expect(house.due(at: 25_000).map(\.key) == [key(a)])
        for now: Milliseconds in [25_000, 26_000, 28_000] {
            let outcome = fail(a, at: now)
            #expect(outcome.steps.isEmpty, "nothing is asked")
            _ = house.state.retriesDue(at: try #require(outcome.nextTry))
        }
        #expect(house[key(a)]?.phase == .closing)
    }

    @Test func aStartWaitsForAnEqualOneThatRuns() throws {
        let (a, b) = (try door("a"), try door("b"))
        guard case .begin(let first) = try knock(a, at: 0), case .begin(let second) = try knock(b, at: 0) else {
            throw Unexpected()
        }
        #expect(house.state.readyToStart(first.key, now: 0) == [.start(first)])
        #expect(house.state.readyToStart(second.key, now: 0).isEmpty)
        #expect(house.state.started(first.key, .failed, now: 10).last == .start(second), "the first has opened nothing")
    }

    @Test func aStartThatIsTakenBackLeavesNothingOpenThatItWasToClose() throws {
        let (a, b) = (try door("a", start: "open a %IP%"), try door("b", start: "open b %IP%"))
        try open(a, at: 0)
        guard case .begin(let waiting) = try knock(b, at: 9000) else { throw Unexpected() }
        _ = house.state.readyToStart(waiting.key, now: 9000)
        guard case .over = house.state.due(at: 10_000).first else { throw Unexpected() }
        guard case .stop = house.state.takenBack(waiting.key, now: 10_100).first else { throw Unexpected() }
    }

    @Test func ofTwoEqualStopsBesideEachOtherOneHasToSucceed() throws {
        let (a, b) = (try door("a", start: "open a %IP%"), try door("b", start: "open b %IP%"))
        try open(a, at: 0)
        try open(b, at: 0)
        let outcomes = house.state.end(now: 100) { _, _ in true }
        #expect(outcomes.count == 2)
        _ = house.state.stopped(key(a), succeeded: true, now: 200)
        let outcome = house.state.stopped(key(b), succeeded: false, now: 300)
        #expect(outcome.nextTry == nil)
        #expect(house.isEmpty)
    }

    @Test func equalCommandsNeedNoStopWhileAnotherHasThem() throws {
        let (a, b) = (try door("a"), try door("b"))
        try open(a, at: 0)
        guard case .begin(let opening) = try knock(b, at: 0) else { throw Unexpected() }
        _ = house.state.readyToStart(opening.key, now: 0)
        let outcomes = house.state.close(a.identity, for: address, by: .sequence, now: 100)
        guard case .over = outcomes.first else { throw Unexpected() }
        #expect(house.all.map(\.key) == [key(b)])
    }

    @Test func aStartWaitsForTheStopThatWouldUndoIt() throws {
        let (a, b) = (try door("a"), try door("b"))
        try open(a, at: 0)
        #expect(house.due(at: 10_000).count == 1)
        guard case .begin(let opening) = try knock(b, at: 10_001) else { throw Unexpected() }
        #expect(house.state.readyToStart(opening.key, now: 10_001).isEmpty)
        let steps = house.state.stopped(key(a), succeeded: true, now: 10_100).steps
        #expect(steps.first == .start(opening))
    }
}
