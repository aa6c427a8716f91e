import Actions
import Linux
import Testing

/// Writes down what it is asked for; starts nothing.
private final class Recorder: CommandStarter {
    private(set) var started: [String] = []
    private(set) var environments: [[String]] = []
    private(set) var signals: [String] = []
    /// Commands that cannot be started.
    var refused: Set<String> = []
    /// Groups of which some process is left.
    var alive: Set<Int32> = []

    func start(_ command: String, environment: [String]) throws(SystemError) -> Int32 {
        if refused.contains(command) { throw SystemError("posix_spawn", code: 11) }
        started.append(command)
        environments.append(environment)
        return Int32(started.count)
    }

    func end(group: Int32, atOnce: Bool) { signals.append("\(atOnce ? "KILL" : "TERM") \(group)") }

    func isAlive(group: Int32) -> Bool { alive.contains(group) }
}

/// A runner behind a reference, with its outcomes in words; the nth command that was started has process id n.
private final class Bench {
    typealias Runner = CommandRunner<Recorder, String>
    let recorder = Recorder()
    private(set) var runner: Runner

    init() { runner = Runner(starter: recorder) }

    func start(_ command: String, limit: Milliseconds? = nil, now: Milliseconds = 0) -> [String] {
        words(runner.run(.init(kind: .start, command: command, limit: limit, purpose: "for \(command)"), now: now))
    }

    func stop(_ command: String, limit: Milliseconds? = 30_000, now: Milliseconds = 0) -> [String] {
        words(runner.run(.init(kind: .stop, command: command, limit: limit, purpose: "for \(command)"), now: now))
    }

    func end(_ process: Int32, _ ending: ChildProcess.Ending = .exited(0), now: Milliseconds = 0) -> [String] {
        words(runner.childEnded(process, ending, now: now))
    }

    func advance(_ now: Milliseconds) -> [String] { words(runner.advance(to: now)) }

    func cancelWaitingStarts() -> [String] { runner.cancelWaitingStarts().map(\.command) }

    /// Takes all 64 places of a kind.
    func fill(_ kind: Runner.Kind, limit: Milliseconds? = nil) {
        for number in 1...64 {
            let outcome = kind == .start ? start("s\(number)", limit: limit) : stop("t\(number)", limit: limit)
            #expect(outcome == ["running \(kind == .start ? "s" : "t")\(number)"])
        }
    }

    private func words(_ outcomes: [Runner.Outcome]) -> [String] {
        outcomes.map { outcome in
            switch outcome {
            case .running(let job, _): return "running \(job.command)"
            case .waits(let job, let running): return "\(job.command) waits for \(running)"
            case .overLimit(let job): return "\(job.command) over limit"
            case .ended(let job, let ending):
                #expect(job.purpose == "for \(job.command)")
                return "\(job.command) \(ending)"
            case .failed(let job, let error): return "\(job.command) failed \(error.code)"
            case .willRetry(let job, let error): return "\(job.command) again \(error.code)"
            }
        }
    }
}

struct CommandRunnerTests {
    private let bench = Bench()
    private var recorder: Recorder { bench.recorder }

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
        var runner = CommandRunner<Recorder, Int>(starter: recorder)
        _ = runner.run(.init(kind: .stop, command: "a", environment: ["A=b"], limit: nil, purpose: 1), now: 0)
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
        #expect(bench.runner.waitingStartCount == 2)
        #expect(recorder.started.count == 64)
        #expect(bench.advance(1_000_000) == [])
        #expect(bench.end(7) == ["s7 exited(0)", "running a"])
        #expect(bench.end(1, .killed(signal: 9)) == ["s1 killed(signal: 9)", "running b"])
        #expect(bench.runner.waitingStartCount == 0)
        #expect(bench.start("c") == ["c waits for 64"])
    }

    @Test func stopsHavePlacesOfTheirOwn() {
        bench.fill(.start)
        _ = bench.start("waiting")
        bench.fill(.stop)
        #expect(bench.stop("a") == [])
        #expect(bench.stop("b") == [])
        #expect(recorder.started.count == 128)
        // Processes 1 to 64 are starts.
        #expect(bench.end(1) == ["s1 exited(0)", "running waiting"])
        #expect(bench.end(65) == ["t1 exited(0)", "running a"])
        #expect(bench.end(66) == ["t2 exited(0)", "running b"])
    }

    @Test func waitingStartsCanBeTakenBack() {
        bench.fill(.start)
        bench.fill(.stop)
        _ = bench.start("a")
        _ = bench.start("b")
        _ = bench.stop("c")
        #expect(bench.cancelWaitingStarts() == ["a", "b"])
        #expect(bench.cancelWaitingStarts() == [])
        #expect(bench.runner.waitingStartCount == 0)
        #expect(bench.end(1) == ["s1 exited(0)"])
        #expect(bench.end(65) == ["t1 exited(0)", "running c"], "stops are not taken back")
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
        #expect(bench.end(1, .killed(signal: 9), now: 6501) == ["a killed(signal: 9)"])
        #expect(bench.runner.nextDeadline(now: 6501) == nil)
    }

    @Test func eachStepIsTakenOnce() {
        _ = bench.stop("a", limit: 10)
        for now in stride(from: 0, through: 60_000, by: 500) as StrideThrough<Milliseconds> { _ = bench.advance(now) }
        #expect(recorder.signals == ["TERM 1", "KILL 1"])
        #expect(bench.runner.nextDeadline(now: 60_000) == nil, "what cannot be killed is not asked for again")
        #expect(bench.end(1, .killed(signal: 9)) == ["a killed(signal: 9)"])
    }

    @Test func aCommandThatObeysIsNotKilled() {
        _ = bench.start("a", limit: 10)
        _ = bench.advance(10)
        #expect(bench.end(1, .killed(signal: 15), now: 20) == ["a killed(signal: 15)"])
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
        #expect(bench.advance(220) == ["a killed(signal: 15)"])
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
        #expect(bench.advance(10_010) == ["a exited(0)"])
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
        #expect(bench.end(2, now: 20) == ["s2 exited(0)", "running next"])
        _ = bench.start("last", now: 20)
        recorder.alive = []
        #expect(bench.advance(120) == ["s1 exited(0)", "running last"])
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
        #expect(bench.runner.nextDeadline(now: 0) == 3000)
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

    @Test func aStopThatCannotBeRunIsTriedAgainAfterASecond() {
        recorder.refused = ["a"]
        #expect(bench.stop("a", now: 100) == ["a again 11"])
        #expect(!bench.runner.isIdle)
        #expect(bench.runner.nextDeadline(now: 100) == 1100)
        #expect(bench.advance(1099) == [])
        #expect(bench.advance(1100) == ["a again 11"])
        #expect(bench.runner.nextDeadline(now: 1100) == 2100)
        recorder.refused = []
        #expect(bench.advance(2100) == ["running a"])
        #expect(bench.runner.nextDeadline(now: 2100) == 32_100, "its own limit")
        #expect(bench.end(1, now: 2200) == ["a exited(0)"])
        #expect(bench.runner.isIdle)
    }

    @Test func stopsKeepTheirOrderBehindOneThatIsTriedAgain() {
        recorder.refused = ["a"]
        _ = bench.stop("a")
        #expect(bench.stop("b") == [])
        #expect(bench.stop("c") == [])
        #expect(bench.start("d") == ["running d"], "starts go on")
        #expect(bench.end(1) == ["d exited(0)"])
        recorder.refused = []
        #expect(bench.advance(1000) == ["running a", "running b", "running c"])
    }

    @Test func theEndOfAnotherStopDoesNotHurryTheNextTry() {
        _ = bench.stop("running")
        recorder.refused = ["a"]
        _ = bench.stop("a")
        #expect(bench.end(1, now: 10) == ["running exited(0)"])
        #expect(bench.advance(999) == [])
        #expect(bench.advance(1000) == ["a again 11"])
    }
}
