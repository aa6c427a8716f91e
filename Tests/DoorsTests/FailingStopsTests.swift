import Base
import Testing

@testable import Doors

/// Stop commands that fail.
struct FailingStopsTests: CommandTests {
    let house = House()

    @Test func aStopThatFailsIsRunAgainWithLongerPauses() throws {
        let door = try door()
        try open(door, at: 0)
        var now: Milliseconds = 10_000
        #expect(house.due(at: now).count == 1)
        for pause in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] as [Milliseconds] {
            #expect(fail(door, at: now) == .init(nextTry: now + pause * 1000))
            #expect(house[key(door)]?.phase == .closing, "it stays on record")
            now += pause * 1000
            #expect(house.state.retriesDue(at: now - 1).isEmpty)
            #expect(house.nextDeadline ?? .max <= now)
            guard case .stop = house.state.retriesDue(at: now).first else { throw Unexpected() }
            #expect(house.state.retriesDue(at: now).isEmpty, "it runs already")
        }
        #expect(house.stopped(key(door), now: now) == nil)
        #expect(house.isEmpty)
    }

    @Test func afterAnHourOneFailureAnHourIsLogged() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        var logged: [Milliseconds] = []
        var now: Milliseconds = 10_000
        while now < 5 * 3_600_000 {
            let outcome = fail(door, at: now)
            if outcome.isLogged { logged.append(now) }
            now = try #require(outcome.nextTry)
            _ = house.state.retriesDue(at: now)
        }
        let late = logged.filter { $0 - 10_000 >= 3_600_000 }
        #expect(logged.count - late.count > 15, "each one in the first hour")
        #expect((3...4).contains(late.count))
    }

    @Test func aKnockMeanwhileRunsStopAndThenStart() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = fail(door, at: 10_000)
        guard case .stopFirst = try knock(door, at: 10_500) else { throw Unexpected() }
        // It fails once more: the owner comes in all the same, and what closes the next opening closes this one.
        guard case .begin(let next) = fail(door, at: 10_600).steps.first else { throw Unexpected() }
        #expect(house.state.readyToStart(next.key, now: 10_600) == [.start(next)])
        _ = house.started(next.key, succeeded: true, now: 10_700)
        #expect(house.state.retriesDue(at: 99_000).isEmpty)
        #expect(house.due(at: 20_700).count == 1)
    }

    @Test func aStopThatNoLongerStandsInTheConfigurationIsKeptBesideTheNextOpening() throws {
        let mistaken = try door(stop: "clse %IP%")
        try open(mistaken, at: 0)
        let mended = try door()
        guard case .stopFirst = try knock(mended, at: 5000) else { throw Unexpected() }
        let outcome = fail(mended, at: 5000)
        guard case .record(let kept) = outcome.steps.first, case .begin(let next) = outcome.steps.last else {
            throw Unexpected()
        }
        #expect(kept.commands.stop == "clse 198.18.1.2" && kept.phase == .closing && kept.key != next.key)
        #expect(next.commands.stop == "close 198.18.1.2")
        #expect(house.all.count == 2)
        guard case .stop(let again) = house.state.retriesDue(at: 6000).first else { throw Unexpected() }
        #expect(again == kept)
        #expect(house.stopped(kept.key, now: 6000) == nil)
        #expect(house.all.map(\.key) == [next.key])
    }

    @Test func aCloseRunsAFailedStopAtOnce() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = fail(door, at: 10_000)
        let outcomes = house.state.close(door.identity, for: address, by: .sequence, now: 10_100)
        guard case .stop = outcomes.first else { throw Unexpected() }
        #expect(house.state.retryAll().isEmpty, "it runs")
    }

    @Test func theEndOfTheDaemonRunsFailedStopsAtOnce() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = fail(door, at: 10_000)
        #expect(house.state.retryAll().count == 1)
    }

    /// One that runs when the daemon is to end, and fails then, must be run again within the time that is left.
    @Test func afterTheBeginningOfTheEndPausesAreShort() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        var now: Milliseconds = 10_000
        for _ in 0..<6 {
            now = try #require(fail(door, at: now).nextTry)
            _ = house.state.retriesDue(at: now)
        }
        #expect(house.state.retryAll().isEmpty, "it runs")
        #expect(fail(door, at: now).nextTry == now + 1000)
    }

    @Test func aCloseMakesPausesShort() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = fail(door, at: 10_000)
        _ = house.state.retriesDue(at: 11_000)
        _ = house.state.close(door.identity, for: address, by: .sequence, now: 11_100)
        #expect(fail(door, at: 11_200).nextTry == 12_200)
    }

    @Test func aStopCommandThatWasMendedIsRunAsItIsNow() throws {
        let mistaken = try door(stop: "clse %IP%")
        try open(mistaken, at: 0)
        _ = house.due(at: 10_000)
        _ = fail(mistaken, at: 10_000)
        let mended = try door()
        let steps = house.state.mend { opening in
            mended.actions.flatMap { OpeningCommands(of: mended, $0, for: opening.values) }
        }
        guard case .stop(let closing) = steps.last else { throw Unexpected() }
        #expect(closing.commands.stop == "close 198.18.1.2")
        #expect(house.stopped(closing.key, now: 11_000) == nil)
        #expect(house.isEmpty)
    }

    @Test func anOrphanedStopIsRunOnceMoreSinceNobodyKnowsHowItEnded() throws {
        let door = try door()
        let opening = Sample.opening(
            key(door), start: "open 198.18.1.2", stop: "close 198.18.1.2", phase: .closing, deadline: 0)
        house.state.restoreClosing(opening)
        #expect(try knock(door, at: 10) == .wait)
        guard case .stop = house.state.orphanEnded(opening.key).first else { throw Unexpected() }
        #expect(house.stopped(opening.key, now: 20) != nil)
    }

    @Test func aFailureThatTheNextOpeningMakesUpForIsHandedOn() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        #expect(!fail(door, at: 10_000).isHandedOn)
        _ = try knock(door, at: 10_500)
        #expect(fail(door, at: 10_600).isHandedOn)
    }

    @Test func aStopThatFailedIsNotForgottenWithTheKnockBehindIt() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = try knock(door, at: 10_001)
        guard case .begin(let next) = fail(door, at: 10_100).steps.first else { throw Unexpected() }
        guard case .stop? = house.state.giveUp(next.key, now: 10_200)?.first else { throw Unexpected() }
    }
}
