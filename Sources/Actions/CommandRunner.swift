package import Base
package import Linux

/// Runs commands in parallel, each within its time limit, and never waits for one.
///
/// Starts, stops and checks have separate places, so that none waits for another kind. The places of each kind are
/// shared among doors and holders (`FairShares`), and waiting commands are served in turn (`FairQueue`): no door and no
/// holder can keep others out, however many commands it has. A failed command is never retried.
package struct CommandRunner<
    Starter: CommandStarter, Door: Hashable & Sendable, Holder: Hashable & Sendable, Purpose
> {
    /// The kinds of command, each with places of its own.
    package enum Kind: Int, CaseIterable, Sendable {
        /// Opens for an address.
        case start
        /// Closes again.
        case stop
        /// Asks whether an opening is still in place.
        case check
    }

    /// A command to run.
    package struct Job {
        package let kind: Kind
        package let command: String
        /// Variables added to those of this process, each `NAME=VALUE`.
        package let environment: [String]
        /// The longest time that it may run; nil is no limit.
        package let limit: Milliseconds?
        package let lane: Lane<Door, Holder>
        /// The caller's reason for it; the runner does not look at it.
        package let purpose: Purpose

        package init(
            kind: Kind, command: String, environment: [String] = [], limit: Milliseconds?,
            lane: Lane<Door, Holder>, purpose: Purpose
        ) {
            self.kind = kind
            self.command = command
            self.environment = environment
            self.limit = limit
            self.lane = lane
            self.purpose = purpose
        }
    }

    /// Why a command ended.
    package enum Cause: Equatable, Sendable {
        case itself
        /// It exceeded its time limit.
        case limit
        /// `end(where:now:)` was called.
        case order
    }

    /// An event in the life of a command.
    package enum Outcome {
        case running(Job, process: Int32)
        /// A start has to wait for a place.
        /// - Parameter running: the number of starts that run.
        case waits(Job, running: Int)
        /// It exceeded its time limit and is being ended.
        case overLimit(Job)
        case ended(Job, ChildProcess.Ending, Cause)
        /// It could not be started.
        case failed(Job, SystemError)
    }

    /// The interval at which to check whether the rest of a process group is gone.
    private static var pause: Milliseconds { 100 }

    /// The last signal sent to end a command.
    private enum Step {
        case none
        /// SIGTERM was sent to its group.
        case asked
        /// SIGKILL was sent to its group.
        case killed
    }

    private struct Running {
        let job: Job
        /// When the next step towards its end is due; nil if none is.
        var deadline: Milliseconds?
        var step = Step.none
        var cause = Cause.itself
        /// How its shell ended, while other processes of its group are still alive.
        var ending: ChildProcess.Ending?
    }

    /// The places of one kind and its waiting commands.
    private struct Pool {
        var places: FairShares<Door, Holder>
        var queue = FairQueue<Door, Holder, Job>()
    }

    private var starter: Starter
    /// By process id.
    private var running: [Int32: Running] = [:]
    /// By kind.
    private var pools = Kind.allCases.map { kind in
        Pool(places: FairShares(share: kind == .stop ? ActionsLimits.stopsOfHolder : ActionsLimits.startsOfHolder))
    }
    /// Shares of waiting starts. Waiting stops and checks need none: there are never more of them than openings.
    private var waitingStarts = FairShares<Door, Holder>(share: ActionsLimits.waitingStartsOfHolder)
    /// When the next step towards an end is due; may be too early, never too late.
    private var nextStep: Milliseconds?
    /// Commands whose shells have ended, while other processes of their groups are still alive.
    private var lingering: Set<Int32> = []

    package init(starter: Starter) {
        self.starter = starter
    }

    /// The number of running commands of a kind.
    package func runningCount(_ kind: Kind) -> Int { pools[kind.rawValue].places.count }

    /// The number of running commands that match. The cost grows with the number of running commands.
    package func count(where isConcerned: (Job) -> Bool) -> Int { running.values.count { isConcerned($0.job) } }

    /// The number of commands of a kind that wait for a place.
    package func waitingCount(_ kind: Kind) -> Int { pools[kind.rawValue].queue.count }

    /// The number of starts of a door that wait for a place.
    package func waitingStartCount(at door: Door) -> Int { waitingStarts.count(of: door) }

    /// Whether no command runs or waits.
    package var isIdle: Bool { running.isEmpty && pools.allSatisfy { $0.queue.isEmpty } }

    /// Whether one more start can be accepted, to run at once or to wait.
    package func hasRoomForStart(in lane: Lane<Door, Holder>) -> Bool {
        canBegin(.start, in: lane) || waitingStarts.hasPlace(for: lane)
    }

    private func canBegin(_ kind: Kind, in lane: Lane<Door, Holder>) -> Bool {
        let pool = pools[kind.rawValue]
        return !pool.queue.contains(lane) && pool.places.hasPlace(for: lane)
    }

    /// Runs a command as soon as there is a place for it.
    package mutating func run(_ job: Job, now: Milliseconds) -> [Outcome] {
        if canBegin(job.kind, in: job.lane) { return [begin(job, now: now)] }
        pools[job.kind.rawValue].queue.append(job, in: job.lane)
        guard job.kind == .start else { return [] }
        waitingStarts.take(job.lane)
        return [.waits(job, running: runningCount(.start))]
    }

    // MARK: Waiting commands

    /// Withdraws the waiting commands that match: they never run. The cost grows with the number of waiting commands.
    package mutating func takeBack(where isConcerned: (Job) -> Bool) -> [Job] {
        Kind.allCases.flatMap { kind in
            let jobs = pools[kind.rawValue].queue.removeAll(where: isConcerned)
            if kind == .start { for job in jobs { waitingStarts.release(job.lane) } }
            return jobs
        }
    }

    /// Moves the waiting commands that match to another lane, if they can run at once there, since its holder wants
    /// them too.
    ///
    /// So a holder cannot delay another by asking for the same thing first. The cost grows with the number of waiting
    /// commands.
    package mutating func hurry(
        in lane: Lane<Door, Holder>, where isConcerned: (Job) -> Bool, now: Milliseconds
    ) -> [Outcome] {
        let able = Kind.allCases.filter { canBegin($0, in: lane) }
        return takeBack { able.contains($0.kind) && isConcerned($0) }.flatMap {
            run(
                Job(
                    kind: $0.kind, command: $0.command, environment: $0.environment, limit: $0.limit, lane: lane,
                    purpose: $0.purpose), now: now)
        }
    }

    // MARK: Running commands

    /// Handles the end of a child process; it may be none of this runner's.
    package mutating func childEnded(_ process: Int32, _ ending: ChildProcess.Ending, now: Milliseconds) -> [Outcome] {
        guard let ended = running[process], ended.ending == nil else { return [] }
        if ended.step != .none, starter.isAlive(group: process) {
            running[process]?.ending = ending
            lingering.insert(process)
            return []
        }
        return finish(process, ending, now: now)
    }

    /// Ends running commands and their process groups, as if they had exceeded their limits. Returns the commands,
    /// without those that are being ended already.
    package mutating func end(where isConcerned: (Job) -> Bool, now: Milliseconds) -> [Job] {
        var jobs: [Job] = []
        for (process, command) in running where command.step == .none && isConcerned(command.job) {
            ask(process, because: .order, now: now)
            jobs.append(command.job)
        }
        return jobs
    }

    /// Ends commands that exceeded their limits, and continues with those that are being ended.
    package mutating func advance(to now: Milliseconds) -> [Outcome] {
        var outcomes: [Outcome] = []
        for process in lingering where !starter.isAlive(group: process) {
            if let ending = running[process]?.ending { outcomes += finish(process, ending, now: now) }
        }
        guard let moment = nextStep, moment <= now else { return outcomes }
        nextStep = nil
        for (process, command) in running {
            guard let deadline = command.deadline else { continue }
            if deadline > now {
                look(at: deadline)
            } else {
                outcomes += takeNextStep(process, command, now: now)
            }
        }
        return outcomes
    }

    private mutating func takeNextStep(_ process: Int32, _ command: Running, now: Milliseconds) -> [Outcome] {
        switch command.step {
        case .none:
            ask(process, because: .limit, now: now)
            return [.overLimit(command.job)]
        case .asked:
            starter.end(group: process, atOnce: true)
            running[process]?.step = .killed
            // A zombie that its new parent does not reap keeps a group alive, so the wait for it is limited.
            setDeadline(process, now + ActionsLimits.endGrace)
            return []
        case .killed:
            running[process]?.deadline = nil
            return command.ending.map { finish(process, $0, now: now) } ?? []
        }
    }

    private mutating func ask(_ process: Int32, because cause: Cause, now: Milliseconds) {
        starter.end(group: process, atOnce: false)
        running[process]?.step = .asked
        running[process]?.cause = cause
        setDeadline(process, now + ActionsLimits.endGrace)
    }

    private mutating func setDeadline(_ process: Int32, _ moment: Milliseconds) {
        running[process]?.deadline = moment
        look(at: moment)
    }

    private mutating func look(at moment: Milliseconds) { nextStep = min(nextStep ?? moment, moment) }

    /// When to call `advance` next, at the latest; nil if nothing is due.
    package func nextDeadline(now: Milliseconds) -> Milliseconds? {
        let look = lingering.isEmpty ? nil : now + Self.pause
        return [nextStep, look].compactMap { $0 }.min()
    }

    private mutating func finish(_ process: Int32, _ ending: ChildProcess.Ending, now: Milliseconds) -> [Outcome] {
        guard let ended = running.removeValue(forKey: process) else { return [] }
        lingering.remove(process)
        if running.isEmpty { nextStep = nil }
        pools[ended.job.kind.rawValue].places.release(ended.job.lane)
        return [.ended(ended.job, ending, ended.cause)] + fillPlaces(ended.job.kind, now: now)
    }

    private mutating func fillPlaces(_ kind: Kind, now: Milliseconds) -> [Outcome] {
        var outcomes: [Outcome] = []
        while let job = pools[kind.rawValue].queue.popNext(for: pools[kind.rawValue].places) {
            if kind == .start { waitingStarts.release(job.lane) }
            outcomes.append(begin(job, now: now))
        }
        return outcomes
    }

    private mutating func begin(_ job: Job, now: Milliseconds) -> Outcome {
        do {
            let process = try starter.start(job.command, environment: job.environment)
            running[process] = Running(job: job)
            pools[job.kind.rawValue].places.take(job.lane)
            if let limit = job.limit { setDeadline(process, now + limit) }
            return .running(job, process: process)
        } catch {
            return .failed(job, error)
        }
    }
}
