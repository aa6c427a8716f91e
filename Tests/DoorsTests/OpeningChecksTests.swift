import Base
import Testing

@testable import Doors

/// Commands that ask whether an opening is in place.
struct OpeningChecksTests: CommandTests {
    let house = House()

    @Test func aKnockAsksWhetherTheOpeningIsInPlace() throws {
        let door = try door(check: "check %IP%")
        try open(door, at: 0)
        guard case .check(let opening) = try knock(door, at: 1000) else { throw Unexpected() }
        #expect(opening.deadline == 11_000, "it lasts longer whatever the answer is")
        guard case .extend = try knock(door, at: 1001) else { throw Unexpected() }
        #expect(house.state.checked(opening.key, .inPlace, now: 1100) == .init(meaning: .inPlace))
        guard case .check = try knock(door, at: 3000) else { throw Unexpected() }
        guard case .start(let again) = house.state.checked(opening.key, .gone, now: 3100).steps.first else {
            throw Unexpected()
        }
        #expect(try knock(door, at: 3200) == .wait, "never two starts at once")
        #expect(house.started(again.key, succeeded: true, now: 3300)?.deadline == 13_300)
    }

    /// Closes an opening that is being asked for, and opens the door again.
    private func openAnew(_ door: Door) throws -> Opening {
        try open(door, at: 0)
        guard case .check = try knock(door, at: 1000) else { throw Unexpected() }
        _ = house.state.close(door.identity, for: address, by: .sequence, now: 1100)
        _ = house.stopped(key(door), now: 1200)
        return try open(door, at: 1300)
    }

    @Test func anAnswerIsNotTakenForOneToALaterOpening() throws {
        let door = try door(check: "check %IP%")
        let opening = try openAnew(door)
        // The first answer is still to come.
        guard case .extend = try knock(door, at: 4000) else { throw Unexpected() }
        #expect(
            house.state.checked(opening.key, .gone, now: 5000)
                == .init(steps: [.check(try #require(house[opening.key]))]))
        #expect(house[opening.key]?.phase == .open)
        #expect(house.state.checked(opening.key, .gone, now: 5100).meaning == .gone)
    }

    @Test func anAnswerToNobodysQuestionIsForgotten() throws {
        let door = try door(check: "check %IP%")
        let opening = try openAnew(door)
        #expect(house.state.checked(opening.key, .gone, now: 5000) == .init())
        guard case .check = try knock(door, at: 6000) else { throw Unexpected() }
    }

    @Test func whereStopMustNotRunAnAnswerThatSaysNothingChangesNothing() throws {
        let door = try door(stop: "close all", check: "check")
        let opening = try open(door, at: 0)
        guard case .check = try knock(door, at: 5000) else { throw Unexpected() }
        #expect(house.state.checked(opening.key, .unknown, now: 5100) == .init(meaning: .inPlace))
    }

    // MARK: After stop

    @Test func whatIsGoneAfterTwoFailuresIsOver() throws {
        let door = try door(check: "check %IP%")
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        #expect(fail(door, at: 10_000).steps.isEmpty, "once may be an accident")
        _ = house.state.retriesDue(at: 11_000)
        guard case .check(let closing) = fail(door, at: 11_000).steps.first else { throw Unexpected() }
        #expect(house.state.checked(closing.key, .unknown, now: 11_001) == OpenDoors.CheckOutcome())
        _ = house.state.retriesDue(at: 13_000)
        _ = fail(door, at: 13_000)
        #expect(
            house.state.checked(closing.key, .gone, now: 13_001)
                == OpenDoors.CheckOutcome(steps: [.over(closing)], meaning: .stopNotNeeded))
        #expect(house.isEmpty)
    }

    @Test func afterAStopThatHadFailedTheCheckIsAsked() throws {
        let door = try door(check: "check %IP%")
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = fail(door, at: 10_000)
        _ = house.state.retriesDue(at: 11_000)
        guard case .check = house.state.stopped(key(door), succeeded: true, now: 11_000).steps.first else {
            throw Unexpected()
        }
        guard case .stop = house.state.checked(key(door), .inPlace, now: 11_100).steps.first else { throw Unexpected() }
        _ = house.state.stopped(key(door), succeeded: true, now: 11_200)
        guard case .over = house.state.checked(key(door), .gone, now: 11_300).steps.first else { throw Unexpected() }
        #expect(house.isEmpty)
    }

    /// It may be wrong, or stop does not do what it says: the next tries come as after a failure.
    @Test func aCheckThatAlwaysSaysInPlaceDoesNotRunStopWithoutAPause() throws {
        let door = try door(check: "check %IP%")
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = fail(door, at: 10_000)
        _ = house.state.retriesDue(at: 11_000)
        for _ in 0..<8 {
            _ = house.state.stopped(key(door), succeeded: true, now: 11_000)
            let steps = house.state.checked(key(door), .inPlace, now: 11_000).steps
            guard case .stop = steps.first else { throw Unexpected() }
        }
        for next: Milliseconds in [13_000, 17_000] {
            let now = house.state.nextDeadline ?? 11_000
            _ = house.state.retriesDue(at: now)
            _ = house.state.stopped(key(door), succeeded: true, now: now)
            let outcome = house.state.checked(key(door), .inPlace, now: now)
            #expect(outcome.meaning == .stopInVain(next: next, isLogged: true))
            #expect(house[key(door)]?.phase == .closing, "it is on record, and keeps its place")
        }
        _ = house.state.retriesDue(at: 17_000)
        _ = house.state.stopped(key(door), succeeded: true, now: 17_000)
        _ = house.state.checked(key(door), .gone, now: 17_100)
        #expect(house.isEmpty)
    }

    /// The check may have failed without a look, and then there are two rules.
    @Test func whatWasOpenedAgainSinceItWasGoneIsConfirmed() throws {
        let door = try door(check: "check %IP%")
        let opening = try open(door, at: 0)
        guard case .check = try knock(door, at: 1000) else { throw Unexpected() }
        _ = house.state.checked(opening.key, .gone, now: 1100)
        _ = house.started(opening.key, succeeded: true, now: 1200)
        #expect(house.due(at: 11_200).map(\.key) == [opening.key])
        guard case .check = house.state.stopped(opening.key, succeeded: true, now: 11_300).steps.first else {
            throw Unexpected()
        }
    }

    @Test func whatAnEarlierRunHasOpenedIsConfirmed() throws {
        let door = try door(check: "check %IP%")
        let opening = try open(door, at: 0)
        var next = OpenDoors()
        next.restore(opening)
        #expect(next.due(at: 10_000).count == 1)
        guard case .check = next.stopped(opening.key, succeeded: true, now: 10_100).steps.first else {
            throw Unexpected()
        }
    }

    @Test func whoFollowsAStopThatHadFailedConfirmsForIt() throws {
        let door = try door(check: "check %IP%")
        let opening = try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = fail(door, at: 10_000)
        _ = try knock(door, at: 10_100)
        let next = try #require(house.stopped(opening.key, now: 10_200))
        _ = house.state.readyToStart(next.key, now: 10_200)
        _ = house.started(next.key, succeeded: true, now: 10_300)
        #expect(house.due(at: 20_300).count == 1)
        guard case .check = house.state.stopped(opening.key, succeeded: true, now: 20_400).steps.first else {
            throw Unexpected()
        }
    }

    @Test func anAnswerFromBeforeStopSaysNothingOfWhatItHasLeft() throws {
        let door = try door(check: "check %IP%")
        let opening = try open(door, at: 0)
        guard case .check = try knock(door, at: 9000) else { throw Unexpected() }
        _ = house.state.close(door.identity, for: address, by: .sequence, now: 9100)
        for now: Milliseconds in [9200, 10_200] {
            _ = fail(door, at: now)
            _ = house.state.retriesDue(at: now + 2000)
        }
        _ = fail(door, at: 12_300)
        let outcome = house.state.checked(opening.key, .gone, now: 12_400)
        guard case .check = outcome.steps.first else { throw Unexpected() }
        #expect(house[opening.key]?.phase == .closing)
    }
}
