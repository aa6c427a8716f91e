import Base
import Packets
import Testing

@testable import Doors

/// Stop commands that fail, and openings that share one.
struct FailingStopsTests {
    private let house = House()
    private let address = IPAddress(ipv4: 0xC612_0102)

    private func door(
        _ name: String = "ssh", start: String = "open %IP%", stop: String = "close %IP%", check: String? = nil,
        openFor: Milliseconds = 10_000, reknock: Door.Reknock = .auto, isPlain: Bool = true
    ) throws -> Door {
        let closing = ActionTemplate(stop)
        let actions = Door.Actions(
            start: try #require(ActionTemplate(start)), stop: closing,
            check: check.flatMap { ActionTemplate($0) }, isPlain: isPlain)
        return try Sample.door(name, actions: actions, actionsIPv6: actions, openFor: openFor, reknock: reknock)
    }

    private func knock(
        _ door: Door, from other: IPAddress? = nil, at now: Milliseconds
    ) throws -> OpenDoors.KnockOutcome {
        let actions = try #require(door.actions)
        return house.state.knock(Proof(sequenceAt: door, address: other ?? address), at: door, actions, now: now)
    }

    private func key(_ door: Door) -> OpeningKey { OpeningKey(door: door.identity, address: address) }

    @discardableResult
    private func open(_ door: Door, at now: Milliseconds) throws -> Opening {
        guard case .begin(let opening) = try knock(door, at: now) else { throw Unexpected() }
        #expect(house.state.readyToStart(opening.key, now: now).last == .start(opening))
        return try #require(house.started(opening.key, succeeded: true, now: now))
    }

    private func fail(_ door: Door, at now: Milliseconds) -> OpenDoors.StopOutcome {
        house.state.stopped(key(door), succeeded: false, now: now)
    }

    // MARK: Again and again

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

    @Test func anOrphanedStopIsRunOnceMoreSinceNobodyKnowsHowItEnded() throws {
        let door = try door()
        let opening = Sample.opening(
            key(door), start: "open 198.18.1.2", stop: "close 198.18.1.2", phase: .closing, deadline: 0)
        house.state.restoreClosing(opening)
        #expect(try knock(door, at: 10) == .wait)
        guard case .stop = house.state.orphanEnded(opening.key).first else { throw Unexpected() }
        #expect(house.stopped(opening.key, now: 20) != nil)
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

    @Test func aFailureThatTheNextOpeningMakesUpForIsHandedOn() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        #expect(!fail(door, at: 10_000).isHandedOn)
        _ = try knock(door, at: 10_500)
        #expect(fail(door, at: 10_600).isHandedOn)
    }

    // MARK: Shared

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

    @Test func aStopThatFailedIsNotForgottenWithTheKnockBehindIt() throws {
        let door = try door()
        try open(door, at: 0)
        _ = house.due(at: 10_000)
        _ = try knock(door, at: 10_001)
        guard case .begin(let next) = fail(door, at: 10_100).steps.first else { throw Unexpected() }
        guard case .stop? = house.state.giveUp(next.key, now: 10_200)?.first else { throw Unexpected() }
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

    // MARK: Knocking again

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

    @Test func whereNothingCanBeKnownStopAndStartRunOnceItIsOlderThanTwoSeconds() throws {
        let door = try door()
        try open(door, at: 0)
        guard case .extend = try knock(door, at: 1999) else { throw Unexpected() }
        guard case .stopFirst = try knock(door, at: 2000) else { throw Unexpected() }
        _ = house.stopped(key(door), now: 2100)
        _ = house.started(key(door), succeeded: true, now: 2100)
        guard case .extend = try knock(door, at: 3500) else { throw Unexpected() }
        guard case .stopFirst = try knock(door, at: 4200) else { throw Unexpected() }
    }

    @Test func aStopForAllAddressesIsNotRunForOneKnock() throws {
        let door = try door(stop: "close all")
        try open(door, at: 0)
        guard case .extend = try knock(door, at: 5000) else { throw Unexpected() }
    }

    @Test func aDoorThatWasChangedIsStoppedAsRecordedAndOpenedAnew() throws {
        try open(try door(reknock: .extend), at: 0)
        let changed = try door(start: "open more %IP%", reknock: .extend)
        guard case .stopFirst(let closing) = try knock(changed, at: 100) else { throw Unexpected() }
        #expect(closing.commands.start == "open 198.18.1.2")
        let next = try #require(house.stopped(closing.key, now: 200))
        #expect(next.commands.start == "open more 198.18.1.2")
        _ = house.started(next.key, succeeded: true, now: 200)
        guard case .extend = try knock(changed, at: 300) else { throw Unexpected() }
    }

    @Test func rerunDoesNotStopForAllAddresses() throws {
        let door = try door(stop: "close all", reknock: .rerun)
        try open(door, at: 0)
        guard case .extend = try knock(door, at: 5000) else { throw Unexpected() }
    }

    // MARK: Answers

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

    // MARK: Starts that hang

    @Test func aStartThatTheDoorHasNotAnyMoreIsEndedAtTheNextKnock() throws {
        let mistaken = try door(start: "opn %IP%")
        guard case .begin(let opening) = try knock(mistaken, at: 0) else { throw Unexpected() }
        _ = house.state.readyToStart(opening.key, now: 0)
        let mended = try door()
        guard case .endStart(let ending) = try knock(mended, at: 1000) else { throw Unexpected() }
        #expect(ending.key == opening.key && ending.deadline == 0, "a daemon that follows stops it at once")
        #expect(try knock(mended, at: 1100) == .wait)
        guard case .stop = house.state.started(opening.key, .cutOff, now: 1200).first else { throw Unexpected() }
        let next = try #require(house.stopped(opening.key, now: 1300))
        #expect(next.commands.start == "open 198.18.1.2")
        #expect(house.state.readyToStart(next.key, now: 1300) == [.start(next)])
        #expect(house.started(next.key, succeeded: true, now: 1400)?.deadline == 11_400)
    }

    @Test func aStartMayRunAsLongAsItsOpeningLastsAndFiveSecondsInAnyCase() throws {
        func bound(_ openFor: Milliseconds, limit: Milliseconds?) -> Milliseconds {
            Sample.opening(
                OpeningKey(door: DoorIdentity(name: "ssh"), address: address), startLimit: limit, openFor: openFor,
                phase: .starting, deadline: 0
            ).startBound
        }
        #expect(bound(10_000, limit: nil) == 10_000)
        #expect(bound(10_000, limit: 3000) == 3000)
        #expect(bound(1000, limit: 30_000) == 5000)
    }

    @Test func aStartThatIsCutOffIsFollowedByStop() throws {
        let door = try door()
        guard case .begin(let opening) = try knock(door, at: 0) else { throw Unexpected() }
        _ = house.state.readyToStart(opening.key, now: 0)
        guard case .stop(let closing) = house.state.started(opening.key, .cutOff, now: 5000).first else {
            throw Unexpected()
        }
        #expect(closing.key == opening.key)
        #expect(house.stopped(opening.key, now: 5100) == nil)
        #expect(house.isEmpty)
    }
}
