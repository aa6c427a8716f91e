package import Linux

/// Runs start and stop commands beside each other, each within its limit, and never waits for one.
///
/// 64 starts and 64 stops run at once; further ones wait in their order, starts and stops apart, so that a stop never
/// waits for the start of another opening. A command that cannot be run at all is tried again if it is a stop.
package struct CommandRunner<Starter: CommandStarter, Purpose> {
    /// Whether a command opens or closes.
    package enum Kind: Sendable {
        case start
        case stop
    }

    /// A command to be run.
    package struct Job {
        package let kind: Kind
        package let command: String
        /// Variables that it gets beside those of this process, each `NAME=VALUE`.
        package let environment: [String]
        /// How long it may run; nil is for ever.
        package let limit: Milliseconds?
        /// What it is run for; the runner does not look at it.
        package let purpose: Purpose

        package init(
            kind: Kind, command: String, environment: [String] = [], limit: Milliseconds?, purpose: Purpose
        ) {
            self.kind = kind
            self.command = command
            self.environment = environment
            self.limit = limit
            self.purpose = purpose
        }
    }

    /// What has become of commands.
    package enum Outcome {
        case running(Job, process: Int32)
        /// All places are taken.
        case waits(Job, running: Int)
        case overLimit(Job)
        case ended(Job, ChildProcess.Ending)
        /// A start could not be run, and will not be.
        case failed(Job, SystemError)
        /// A stop could not be run; it is tried again.
        case willRetry(Job, SystemError)
    }

    /// Commands of a kind that run at once.
    package static var places: Int { 64 }
    /// From SIGTERM to SIGKILL.
    package static var grace: Milliseconds { 5000 }
    /// How often to look whether the rest of a group has gone, and to try a stop that could not be run.
    private static var pause: Milliseconds { 100 }
    private static var retryPause: Milliseconds { 1000 }

    /// How far the end of a command over its limit has come.
    private enum Step {
        case withinLimit
        /// SIGTERM was sent to its group.
        case asked
        /// SIGKILL was sent to its group.
        case killed
    }

    private struct Running {
        let job: Job
        /// When the next step towards its end is due; nil is never.
        var deadline: Milliseconds?
        var step = Step.withinLimit
        /// How its shell ended, while others of its group are still there.
        var ending: ChildProcess.Ending?
    }

    private var starter: Starter
    /// By process id.
    private var running: [Int32: Running] = [:]
    private var waitingStarts: [Job] = []
    private var waitingStops: [Job] = []
    private var retryStopsAt: Milliseconds?

    package init(starter: Starter) {
        self.starter = starter
    }

    /// How many starts wait for a place.
    package var waitingStartCount: Int { waitingStarts.count }

    /// Whether no command runs or waits.
    package var isIdle: Bool { running.isEmpty && waitingStarts.isEmpty && waitingStops.isEmpty }

    /// Runs a command as soon as there is a place.
    package mutating func run(_ job: Job, now: Milliseconds) -> [Outcome] {
        let isWaiting = job.kind == .start ? !waitingStarts.isEmpty : !waitingStops.isEmpty
        if isWaiting || runningCount(job.kind) >= Self.places {
            enqueue(job)
            return job.kind == .start ? [.waits(job, running: Self.places)] : []
        }
        return [begin(job, now: now)]
    }

    /// Takes back the starts that still wait for a place.
    package mutating func cancelWaitingStarts() -> [Job] {
        defer { waitingStarts = [] }
        return waitingStarts
    }

    /// A child of this process has ended; it may be none of these.
    package mutating func childEnded(_ process: Int32, _ ending: ChildProcess.Ending, now: Milliseconds) -> [Outcome] {
        guard var ended = running[process] else { return [] }
        if ended.step != .withinLimit, starter.isAlive(group: process) {
            ended.ending = ending
            running[process] = ended
            return []
        }
        running[process] = nil
        return [.ended(ended.job, ending)] + fillPlaces(now: now)
    }

    /// Ends what is over its limit, and looks after what is being ended.
    package mutating func advance(to now: Milliseconds) -> [Outcome] {
        var outcomes: [Outcome] = []
        for (process, command) in running {
            let isDue = command.deadline.map { $0 <= now } ?? false
            if let ending = command.ending, !starter.isAlive(group: process) || isDue && command.step == .killed {
                running[process] = nil
                outcomes.append(.ended(command.job, ending))
            } else if isDue {
                outcomes += takeNextStep(process, command, now: now)
            }
        }
        if let moment = retryStopsAt, moment <= now { retryStopsAt = nil }
        return outcomes + fillPlaces(now: now)
    }

    private mutating func takeNextStep(_ process: Int32, _ command: Running, now: Milliseconds) -> [Outcome] {
        switch command.step {
        case .withinLimit:
            starter.end(group: process, atOnce: false)
            running[process]?.step = .asked
            running[process]?.deadline = now + Self.grace
            return [.overLimit(command.job)]
        case .asked:
            starter.end(group: process, atOnce: true)
            running[process]?.step = .killed
            // A zombie that its new parent does not collect keeps a group alive: wait for that only so long.
            running[process]?.deadline = now + Self.grace
            return []
        case .killed:
            running[process]?.deadline = nil
            return []
        }
    }

    /// When to call `advance` next; nil while there is nothing to look after.
    package func nextDeadline(now: Milliseconds) -> Milliseconds? {
        let limits = running.values.compactMap { $0.deadline }
        let lingering = running.values.contains { $0.ending != nil } ? [now + Self.pause] : []
        return (limits + lingering + (retryStopsAt.map { [$0] } ?? [])).min()
    }

    private func runningCount(_ kind: Kind) -> Int {
        running.values.count { $0.job.kind == kind }
    }

    private mutating func enqueue(_ job: Job) {
        if job.kind == .start { waitingStarts.append(job) } else { waitingStops.append(job) }
    }

    private mutating func fillPlaces(now: Milliseconds) -> [Outcome] {
        var outcomes: [Outcome] = []
        while retryStopsAt == nil, !waitingStops.isEmpty, runningCount(.stop) < Self.places {
            outcomes.append(begin(waitingStops.removeFirst(), now: now))
        }
        while !waitingStarts.isEmpty, runningCount(.start) < Self.places {
            outcomes.append(begin(waitingStarts.removeFirst(), now: now))
        }
        return outcomes
    }

    private mutating func begin(_ job: Job, now: Milliseconds) -> Outcome {
        do {
            let process = try starter.start(job.command, environment: job.environment)
            running[process] = Running(job: job, deadline: job.limit.map { now + $0 })
            return .running(job, process: process)
        } catch {
            if job.kind == .start { return .failed(job, error) }
            waitingStops.insert(job, at: 0)
            retryStopsAt = now + Self.retryPause
            return .willRetry(job, error)
        }
    }
}
