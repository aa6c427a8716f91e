import Actions
import Base
import Linux
import Testing

struct CommandRunnerTests {
    private let bench = RunnerBench()
    private var recorder: RecordingStarter { bench.recorder }

    // MARK: Places

    @Test func aCommandRunsAtOnceAndEnds() {
        #expect(bench.runner.isIdle)
        #expect(bench.start("a") == ["running a"])
        #expect(recorder.started == ["a"])
        #expect(!bench.runner.isIdle)
        #expect(bench.runner.nextDeadline(now: 0) == nil, "a start has no limit of its own")
        #expect(bench.end(1, .exited(3)) == ["a exited(3)"])
        #expect(bench.runner.isIdle)
    }

    @Test func aCommandGetsTheVariablesOfItsJob() {
        var runner = CommandRunner<RecordingStarter, Int, Int, Int>(starter: recorder)
        let lane = Lane(door: 1, holder: 1)
        _ = runner.run(
            .init(kind: .stop, command: "a", environment: ["A=b"], limit: nil, lane: lane, purpose: 1), now: 0)
        #expect(recorder.environments == [["A=b"]])
    }

    @Test func aStrangersEndIsNoMatter() {
        _ = bench.start("a")
        #expect(bench.end(99) == [])
        #expect(!bench.runner.isIdle)
        #expect(bench.end(1) == ["a exited(0)"])
        #expect(bench.end(1) == [], "nor is an end that was told already")
    }

    @Test func sixtyFourStartsRunAtOnceAndMoreWaitInTheirOrder() {
        bench.fill(.start)
        #expect(bench.start("a") == ["a waits for 64"])
        #expect(bench.start("b") == ["b waits for 64"])
        #expect(bench.runner.waitingCount(.start) == 2)
        #expect(recorder.started.count == 64)
        #expect(bench.advance(1_000_000) == [])
        #expect(bench.end(7) == ["s7 exited(0)", "running a"])
        #expect(bench.end(1, .killed(signal: 9)) == ["s1 killed(signal: 9)", "running b"])
        #expect(bench.runner.waitingCount(.start) == 0)
        #expect(bench.start("c") == ["c waits for 64"])
    }

    @Test func stopsHavePlacesOfTheirOwn() {
        bench.fill(.start)
        _ = bench.start("waiting")
        bench.fill(.stop)
        #expect(bench.stop("a") == [])
        #expect(bench.stop("b") == [])
        #expect(recorder.started.count == 64 + 256)
        // Processes 1 to 64 are starts.
        #expect(bench.end(1) == ["s1 exited(0)", "running waiting"])
        #expect(bench.end(65) == ["t1 exited(0)", "running a"])
        #expect(bench.end(66) == ["t2 exited(0)", "running b"])
    }

    @Test func checksHavePlacesOfTheirOwnAndKeepNoStopWaiting() {
        bench.fill(.check)
        #expect(bench.check("a") == [])
        #expect(bench.runner.waitingCount(.check) == 1)
        #expect(bench.stop("b") == ["running b"])
        bench.fill(.start)
        #expect(bench.end(1) == ["c1 exited(0)", "running a"])
    }

    // MARK: What is called off

    @Test func waitingStartsCanBeTakenBack() {
        bench.fill(.start)
        bench.fill(.stop)
        for command in ["a", "b", "d"] { _ = bench.start(command) }
        _ = bench.stop("c")
        #expect(bench.takeBack { $0.purpose == "for b" } == ["b"])
        #expect(bench.takeBack { $0.kind == .start } == ["a", "d"])
        #expect(bench.takeBack { $0.kind == .start } == [])
        #expect(bench.runner.waitingCount(.start) == 0)
        #expect(bench.runner.waitingStartCount(at: "door") == 0)
        #expect(bench.end(1) == ["s1 exited(0)"])
        #expect(bench.end(65) == ["t1 exited(0)", "running c"], "stops were not taken back")
    }

    @Test func oneThatIsTakenBackKeepsTheOrderOfTheOthers() {
        bench.fill(.start)
        for command in ["a", "b", "c", "d"] { _ = bench.start(command) }
        _ = bench.end(1)
        #expect(bench.takeBack { $0.command == "c" } == ["c"])
        #expect(bench.end(2).last == "running b")
        #expect(bench.end(3).last == "running d")
        #expect(bench.end(4).last == "s4 exited(0)")
    }

    @Test func aRunningStartThatIsEndedIsAskedThenKilledLikeOneOverItsLimit() {
        recorder.alive = [1]
        _ = bench.start("a", limit: nil, now: 0)
        _ = bench.start("b", limit: 60_000, now: 0)
        #expect(bench.endNow(100) { $0.purpose == "for a" } == ["a"])
        #expect(recorder.signals == ["TERM 1"])
        #expect(bench.endNow(200) { $0.purpose == "for a" } == [], "it is being ended already")
        #expect(bench.runner.nextDeadline(now: 100) == 5100)
        #expect(bench.advance(5100) == [])
        #expect(recorder.signals == ["TERM 1", "KILL 1"])
        recorder.alive = []
        #expect(bench.end(1, .killed(signal: 9), now: 5101) == ["a killed(signal: 9) by order"])
        #expect(bench.end(2, now: 5102) == ["b exited(0)"])
        #expect(bench.runner.isIdle)
    }

    @Test func theEndOfACommandThatWasEndedSaysSoWhateverItsStatus() {
        _ = bench.start("a")
        _ = bench.endNow(0) { _ in true }
        #expect(bench.end(1, .exited(0), now: 1) == ["a exited(0) by order"])
    }

    @Test func oneOverItsLimitIsNotEndedTwice() {
        _ = bench.start("a", limit: 10)
        _ = bench.advance(10)
        #expect(bench.endNow(11) { _ in true } == [])
        #expect(recorder.signals == ["TERM 1"])
        #expect(bench.end(1, .killed(signal: 15)) == ["a killed(signal: 15) by limit"])
    }

    // MARK: Limits

    @Test func aCommandOverItsLimitIsAskedThenKilled() {
        recorder.alive = [1]
        _ = bench.start("a", limit: 1000, now: 500)
        #expect(bench.runner.nextDeadline(now: 500) == 1500)
        #expect(bench.advance(1499) == [])
        #expect(recorder.signals == [])
        #expect(bench.advance(1500) == ["a over limit"])
        #expect(recorder.signals == ["TERM 1"])
        #expect(bench.runner.nextDeadline(now: 1500) == 6500)
        #expect(bench.advance(6499) == [])
        #expect(bench.advance(6500) == [])
        #expect(recorder.signals == ["TERM 1", "KILL 1"])
        recorder.alive = []
        #expect(bench.end(1, .killed(signal: 9), now: 6501) == ["a killed(signal: 9) by limit"])
        #expect(bench.runner.nextDeadline(now: 6501) == nil)
    }

    @Test func eachStepIsTakenOnce() {
        _ = bench.stop("a", limit: 10)
        for now in stride(from: 0, through: 60_000, by: 500) as StrideThrough<Milliseconds> { _ = bench.advance(now) }
        #expect(recorder.signals == ["TERM 1", "KILL 1"])
        #expect(bench.runner.nextDeadline(now: 60_000) == nil, "what cannot be killed is not asked for again")
        #expect(bench.end(1, .killed(signal: 9)) == ["a killed(signal: 9) by limit"])
    }

    @Test func aCommandThatObeysIsNotKilled() {
        _ = bench.start("a", limit: 10)
        _ = bench.advance(10)
        #expect(bench.end(1, .killed(signal: 15), now: 20) == ["a killed(signal: 15) by limit"])
        #expect(bench.advance(6000) == [])
        #expect(recorder.signals == ["TERM 1"])
    }

    @Test func theRestOfAGroupDelaysTheEnd() {
        recorder.alive = [1]
        _ = bench.start("a", limit: 10)
        _ = bench.advance(10)
        #expect(bench.end(1, .killed(signal: 15), now: 20) == [], "its shell has ended, not what it ran")
        #expect(bench.runner.nextDeadline(now: 20) == 120)
        #expect(bench.advance(120) == [])
        recorder.alive = []
        #expect(bench.advance(220) == ["a killed(signal: 15) by limit"])
        #expect(bench.runner.isIdle)
        #expect(bench.runner.nextDeadline(now: 220) == nil)
    }

    @Test func theRestOfAGroupIsKilledAndThenGivenUp() {
        recorder.alive = [1]
        _ = bench.start("a", limit: 10)
        _ = bench.advance(10)
        _ = bench.end(1, .exited(0), now: 20)
        #expect(bench.advance(5009) == [])
        #expect(bench.advance(5010) == [])
        #expect(recorder.signals == ["TERM 1", "KILL 1"])
        #expect(bench.advance(10_009) == [])
        #expect(bench.advance(10_010) == ["a exited(0) by limit"])
        #expect(bench.runner.isIdle)
    }

    @Test func aCommandWithinItsLimitMayLeaveSomethingBehind() {
        recorder.alive = [1]
        _ = bench.start("daemon &", limit: 1000)
        #expect(bench.end(1, now: 20) == ["daemon & exited(0)"])
        #expect(bench.advance(60_000) == [])
        #expect(recorder.signals == [])
    }

    @Test func aPlaceIsTakenUntilTheWholeGroupHasGone() {
        recorder.alive = [1]
        bench.fill(.start, limit: 10)
        _ = bench.start("next")
        #expect(bench.advance(10).sorted() == (1...64).map { "s\($0) over limit" }.sorted())
        #expect(bench.end(1, now: 20) == [])
        #expect(bench.end(2, now: 20) == ["s2 exited(0) by limit", "running next"])
        _ = bench.start("last", now: 20)
        recorder.alive = []
        #expect(bench.advance(120) == ["s1 exited(0) by limit", "running last"])
    }

    @Test func theLimitCountsFromTheStartAndNotFromTheWait() {
        bench.fill(.start)
        _ = bench.start("late", limit: 1000, now: 0)
        #expect(bench.end(1, now: 50_000).last == "running late")
        #expect(bench.runner.nextDeadline(now: 50_000) == 51_000)
    }

    @Test func theEarliestLimitIsNext() {
        _ = bench.start("a", limit: 3000)
        _ = bench.stop("b", limit: 1000)
        _ = bench.start("c")
        #expect(bench.runner.nextDeadline(now: 0) == 1000)
        #expect(bench.end(2) == ["b exited(0)"])
        #expect(bench.advance(1000) == [], "it may come too early")
        #expect(bench.runner.nextDeadline(now: 1000) == 3000)
    }

    // MARK: What cannot be run

    @Test func aStartThatCannotBeRunHasFailed() {
        recorder.refused = ["a"]
        #expect(bench.start("a") == ["a failed 11"])
        #expect(bench.runner.isIdle)
        #expect(bench.runner.nextDeadline(now: 0) == nil)
    }

    @Test func aWaitingStartThatCannotBeRunMakesRoomForTheNext() {
        bench.fill(.start)
        _ = bench.start("a")
        _ = bench.start("b")
        recorder.refused = ["a"]
        #expect(bench.end(1) == ["s1 exited(0)", "a failed 11", "running b"])
    }

    @Test func aStopThatCannotBeRunHasFailedAsWellAndHoldsUpNone() {
        recorder.refused = ["a"]
        #expect(bench.stop("a", now: 100) == ["a failed 11"])
        #expect(bench.runner.isIdle)
        #expect(bench.runner.nextDeadline(now: 100) == nil)
        #expect(bench.stop("b") == ["running b"])
    }
}
