import Actions
import Base
import Linux
import Testing

/// Writes down what it is asked for; starts nothing.
final class RecordingStarter: CommandStarter {
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
final class RunnerBench {
    typealias Runner = CommandRunner<RecordingStarter, String, String, String>
    let recorder = RecordingStarter()
    private(set) var runner: Runner

    init() { runner = Runner(starter: recorder) }

    static func lane(_ door: String = "door", _ holder: String = "holder") -> Lane<String, String> {
        Lane(door: door, holder: holder)
    }

    func run(
        _ kind: Runner.Kind, _ command: String, in lane: Lane<String, String> = RunnerBench.lane(),
        limit: Milliseconds? = nil, now: Milliseconds = 0
    ) -> [String] {
        words(
            runner.run(
                .init(kind: kind, command: command, limit: limit, lane: lane, purpose: "for \(command)"), now: now))
    }

    func start(_ command: String, limit: Milliseconds? = nil, now: Milliseconds = 0) -> [String] {
        run(.start, command, limit: limit, now: now)
    }

    func stop(_ command: String, limit: Milliseconds? = 30_000, now: Milliseconds = 0) -> [String] {
        run(.stop, command, limit: limit, now: now)
    }

    func check(_ command: String) -> [String] { run(.check, command, limit: 5000) }

    func end(_ process: Int32, _ ending: ChildProcess.Ending = .exited(0), now: Milliseconds = 0) -> [String] {
        words(runner.childEnded(process, ending, now: now))
    }

    func advance(_ now: Milliseconds) -> [String] { words(runner.advance(to: now)) }

    func hurry(_ lane: Lane<String, String>, where isConcerned: (Runner.Job) -> Bool) -> [String] {
        words(runner.hurry(in: lane, where: isConcerned, now: 0))
    }

    func takeBack(where isConcerned: (Runner.Job) -> Bool) -> [String] {
        runner.takeBack(where: isConcerned).map(\.command)
    }

    func endNow(_ now: Milliseconds, where isConcerned: (Runner.Job) -> Bool) -> [String] {
        runner.end(where: isConcerned, now: now).map(\.command)
    }

    /// Takes all places of a kind that one holder can have.
    func fill(
        _ kind: Runner.Kind, in lane: Lane<String, String> = RunnerBench.lane(), limit: Milliseconds? = nil
    ) {
        let name: String
        switch kind {
        case .start: name = "s"
        case .stop: name = "t"
        case .check: name = "c"
        }
        for number in 1...(kind == .stop ? 256 : 64) {
            #expect(run(kind, "\(name)\(number)", in: lane, limit: limit) == ["running \(name)\(number)"])
        }
    }

    private func words(_ outcomes: [Runner.Outcome]) -> [String] {
        outcomes.map { outcome in
            switch outcome {
            case .running(let job, _): return "running \(job.command)"
            case .waits(let job, let running): return "\(job.command) waits for \(running)"
            case .overLimit(let job): return "\(job.command) over limit"
            case .ended(let job, let ending, let cause):
                #expect(job.purpose == "for \(job.command)")
                return "\(job.command) \(ending)\(cause == .itself ? "" : " by \(cause)")"
            case .failed(let job, let error): return "\(job.command) failed \(error.code)"
            }
        }
    }
}
